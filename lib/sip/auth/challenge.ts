// Challenges (RFC 3261 §22.2, §22.3; RFC 8898 §4): 401 as a registrar, 407 as a proxy.
import type { BearerChallenge } from "../policy/bearer.ts";
import { isOurRealm, realmOf } from "../policy/settings.ts";
import type { RefusalCode } from "../reasons.ts";
import { type AuthParameters, parseAuthHeader, serializeAuthHeader } from "../syntax/auth-header.ts";
import { field, type HeaderField, type SipRequest, type SipResponse, valueOf, withFields } from "../syntax/message.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { Incoming } from "../transport/incoming.ts";
import type { Reply } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { createNonce, issuedAt } from "./nonce.ts";

/** A registrar challenges as a user agent server, a proxy as a proxy. */
export type Role = "registrar" | "proxy";

/** Header names and status by role. */
export const authHeaders = {
  registrar: { status: 401, challenge: "WWW-Authenticate", credentials: "authorization" },
  proxy: { status: 407, challenge: "Proxy-Authenticate", credentials: "proxy-authorization" },
} as const;

/** The challenge's statement about the credentials that were sent. */
export interface ChallengeCause {
  readonly why: Extract<RefusalCode, "credentials-needed" | "nonce-stale" | "login-failed" | "token-refused">;
  readonly detail?: string;
  /** The nonce this flow answered last: the new one must be later, whatever the clocks say. */
  readonly after?: string;
}

/** One challenge per algorithm, in the deployment's order; the client takes the first it knows (RFC 8760 §2.4). */
export function challenge(role: Role, incoming: Incoming<SipRequest>, world: World, cause: ChallengeCause): Reply {
  const { status, challenge } = authHeaders[role];
  const { bearer } = world.settings;
  const realm = realmFor(role, incoming, world);
  const digests = digestChallenges(incoming.flow, realm, world, cause);
  const tokens = bearer === undefined ? [] : [bearerChallenge(bearer, realm, cause)];
  const challenges = bearer?.offered === "last" ? [...digests, ...tokens] : [...tokens, ...digests];
  const { why, detail } = cause;
  return {
    status,
    fields: challenges.map((value) => field(challenge, value)),
    why,
    ...(detail !== undefined && { detail }),
  };
}

function digestChallenges(
  flow: FlowId,
  realm: string,
  { now, keys, settings, random }: Pick<World, "now" | "keys" | "settings" | "random">,
  { why, after }: ChallengeCause,
): readonly string[] {
  const at = after === undefined ? now : Math.max(now, issuedAt(after) + 1);
  const nonce = createNonce(flow, at, random(), keys);
  return settings.digestAlgorithms.map((algorithm) => {
    const parameters: AuthParameters = new Map([
      ["realm", realm],
      ["nonce", nonce],
      ["algorithm", algorithm],
      ["qop", "auth"],
      ...(why === "nonce-stale" ? [["stale", "true"] as const] : []), // RFC 7616 §3.3: the password may be right
    ]);
    return serializeAuthHeader({ scheme: "digest", parameters });
  });
}

function bearerChallenge({ authzServer, scope }: BearerChallenge, realm: string, { why }: ChallengeCause): string {
  const parameters: AuthParameters = new Map([
    ["realm", realm],
    ["authz_server", authzServer],
    ...(scope === undefined ? [] : [["scope", scope] as const]),
    ...(why === "token-refused" ? [["error", "invalid_token"] as const] : []), // RFC 6750 §3.1
  ]);
  return serializeAuthHeader({ scheme: "bearer", parameters });
}

/**
 * Strips challenges for our realms from responses (§22.1: a realm belongs to one server). A malicious callee could
 * otherwise challenge the caller with its own nonce and crack the password offline from the digest that the caller's
 * phone returns automatically.
 */
export function withoutOurChallenges(response: SipResponse, world: Pick<World, "settings">): SipResponse {
  const isForged = (field: HeaderField) => {
    if (!CHALLENGES.has(field.name)) return false;
    const parsed = parseAuthHeader(valueOf(field));
    return parsed === undefined || isOurRealm(parsed.parameters.get("realm")?.toLowerCase(), world);
  };
  if (!response.fields.some(isForged)) return response;
  return withFields(
    response,
    response.fields.filter((field) => !isForged(field)),
  );
}

/** Fields that carry a challenge. */
export const CHALLENGES: ReadonlySet<HeaderField["name"]> = new Set(["www-authenticate", "proxy-authenticate"]);

/** RFC 3261 §22.1: each domain is a realm. To of a REGISTER names it, From of any other request. */
function realmFor(role: Role, { essentials }: Incoming<SipRequest>, world: Pick<World, "settings">): string {
  const { uri } = role === "registrar" ? essentials.to : essentials.from;
  return uri.kind === "sip" && isOurRealm(uri.host, world) ? uri.host : realmOf(world);
}
