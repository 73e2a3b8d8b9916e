// How we ask who somebody is (RFC 3261 §22.2, §22.3; RFC 8898 §4): 401 as a registrar, 407 as a proxy.
import type { Refusal } from "../uas/reply.ts";
import { type AuthParameters, parseAuthHeader, serializeAuthHeader } from "../syntax/auth-header.ts";
import { field, type HeaderField, type SipRequest, type SipResponse, valueOf, withFields } from "../syntax/message.ts";
import type { Arrival } from "../transport/incoming.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { World } from "../world.ts";
import { createNonce, issuedAt } from "./nonce.ts";

export type Role = "registrar" | "proxy";

/** Header names and status by role. */
export const authHeaders = {
  registrar: { status: 401, challenge: "WWW-Authenticate", credentials: "authorization" },
  proxy: { status: 407, challenge: "Proxy-Authenticate", credentials: "proxy-authorization" },
} as const;

/** What a deployment that takes tokens in SIP says in its challenge. */
export interface BearerChallenge {
  /** `https` URI of who gives the tokens; a client finds the rest there (RFC 8414). */
  readonly authzServer: string;
  /** Scopes to ask for, separated by spaces. */
  readonly scope?: string;
  /** Before the digest challenges or after them. JsSIP and SIP.js keep the last challenge alone, and know digest alone. */
  readonly offered: "first" | "last";
}

/** What was wrong with the last answer, if anything but the password was. */
export interface Because {
  /** The nonce, not the password: the client may try again by itself (RFC 7616 §3.3). */
  readonly isStale?: true;
  /** The token (RFC 6750 §3.1). */
  readonly error?: "invalid_token";
  /** The nonce this flow answered last: the next one is a later one, whatever our clocks say. */
  readonly after?: string;
}

/** One challenge per algorithm, in the deployment's order; the client takes the first it knows (RFC 8760 §2.4). */
export function challenge(role: Role, arrival: Arrival<SipRequest>, world: World, because: Because = {}): Refusal {
  const { status, challenge } = authHeaders[role];
  const { bearer } = world.settings;
  const realm = realmFor(role, arrival, world);
  const digests = digestChallenges(arrival.flow, realm, world, because);
  const tokens = bearer === undefined ? [] : [bearerChallenge(bearer, realm, because)];
  const challenges = bearer?.offered === "last" ? [...digests, ...tokens] : [...tokens, ...digests];
  const toField = (value: string): HeaderField => field(challenge, value);
  return { status, fields: challenges.map(toField) };
}

function digestChallenges(flow: FlowId, realm: string, world: World, { isStale, after }: Because): readonly string[] {
  const { now, keys, settings } = world;
  const at = after === undefined ? now : Math.max(now, issuedAt(after) + 1);
  const nonce = createNonce(flow, at, world.random(), keys);
  return settings.digestAlgorithms.map((algorithm) => {
    const parameters: AuthParameters = new Map([
      ["realm", realm],
      ["nonce", nonce],
      ["algorithm", algorithm],
      ["qop", "auth"],
      ...(isStale ? [["stale", "true"] as const] : []),
    ]);
    return serializeAuthHeader({ scheme: "digest", parameters });
  });
}

function bearerChallenge({ authzServer, scope }: BearerChallenge, realm: string, { error }: Because): string {
  const parameters: AuthParameters = new Map([
    ["realm", realm],
    ["authz_server", authzServer],
    ...(scope === undefined ? [] : [["scope", scope] as const]),
    ...(error === undefined ? [] : [["error", error] as const]),
  ]);
  return serializeAuthHeader({ scheme: "bearer", parameters });
}

/**
 * A response without challenges in our name (§22.1: a realm is one server's): a phone that is called could ask the caller's
 * phone for an answer of its choice, which that gives unasked, and guess the password from it at leisure.
 */
export function withoutOurChallenges(response: SipResponse, world: World): SipResponse {
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

const CHALLENGES = new Set(["www-authenticate", "proxy-authenticate"]);

/** RFC 3261 §22.1: each of our domains is a realm. Whose is asked for is told by To of a REGISTER, else by From. */
function realmFor(role: Role, { essentials }: Arrival<SipRequest>, world: World): string {
  const { uri } = role === "registrar" ? essentials.to : essentials.from;
  return uri.kind === "sip" && isOurRealm(uri.host, world) ? uri.host : realmOf(world);
}

export function isOurRealm(realm: string | undefined, { settings }: World): boolean {
  return realm !== undefined && settings.domains.includes(realm);
}

/** The first of our domains: what we call ourselves. */
export function realmOf(world: World): string {
  return world.settings.domains[0] ?? "";
}
