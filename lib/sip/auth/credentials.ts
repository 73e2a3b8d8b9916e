// The credentials of a request (RFC 3261 §22.2, §22.3; RFC 8898 §2).
import { lockoutReads } from "../limits/lockout.ts";
import { isOurRealm } from "../policy/settings.ts";
import type { ReadSet } from "../state/snapshot.ts";
import { type Aor, aor } from "../syntax/aor.ts";
import { type AuthHeader, parseAuthHeader } from "../syntax/auth-header.ts";
import { type HeaderField, headers, type SipRequest, valueOf, withFields } from "../syntax/message.ts";
import type { Incoming } from "../transport/incoming.ts";
import type { World } from "../world.ts";
import { authHeaders, type Role } from "./challenge.ts";
import { type DigestCredentials, readDigest } from "./digest.ts";
import { judgeNonce } from "./nonce.ts";

export type Credentials =
  | { readonly kind: "digest"; readonly digest: DigestCredentials }
  | { readonly kind: "token"; readonly token: string }
  /** They answer a challenge of this server, but not as RFC 7616 wants it. */
  | { readonly kind: "improper"; readonly problem: string }
  /** They answer a challenge of this server that is too old. */
  | { readonly kind: "stale" }
  | { readonly kind: "none" };

/**
 * The strongest credentials for one of our realms (§22.3: others belong to other servers). Credentials for a nonce that
 * was not issued on this flow are ignored; a flow that the authorizer admitted needs none.
 */
export function credentialsFor(role: Role, incoming: Incoming<SipRequest>, world: World): Credentials {
  if (incoming.identity !== undefined) return NONE;
  let strongest = NONE;
  for (const value of headers(incoming.message, authHeaders[role].credentials)) {
    const parsed = parseAuthHeader(value);
    const found = parsed === undefined ? NONE : read(parsed, incoming, world);
    if (ranks.indexOf(found.kind) < ranks.indexOf(strongest.kind)) strongest = found;
  }
  return strongest;
}

const NONE: Credentials = { kind: "none" };
const ranks: readonly Credentials["kind"][] = ["digest", "token", "improper", "stale", "none"];

function read(header: AuthHeader, { flow }: Incoming<SipRequest>, world: World): Credentials {
  const { scheme, parameters, token = "" } = header;
  if (scheme === "bearer" && world.settings.bearer !== undefined) return { kind: "token", token };
  if (!isOurDigest(header, world)) return NONE;

  const nonce = parameters.get("nonce");
  const age = nonce === undefined ? "fresh" : judgeNonce(nonce, flow, world.now, world.keys);
  if (age === "foreign") return NONE;
  if (age === "stale") return { kind: "stale" };
  const digest = readDigest(parameters);
  if (!digest.ok) return { kind: "improper", problem: digest.problem };
  if (!world.settings.digestAlgorithms.includes(digest.credentials.algorithm)) {
    return { kind: "improper", problem: "Digest Algorithm Not Offered" }; // RFC 8760 §2.4
  }
  return { kind: "digest", digest: digest.credentials };
}

function isOurDigest({ scheme, parameters }: AuthHeader, world: Pick<World, "settings">): boolean {
  return scheme === "digest" && isOurRealm(parameters.get("realm"), world);
}

/** The AOR whose password a digest claims to know. Nothing is proven yet. */
export function aorOfDigest(digest: DigestCredentials): Aor {
  const { username, realm } = digest;
  return aor(namesDomain(digest) ? username.slice(0, -realm.length - 1) : username, realm);
}

/** Whether the user name is `user@domain`, with the realm as the domain. A subscriber's own name has no `@`. */
export function namesDomain({ username, realm }: DigestCredentials): boolean {
  return username.endsWith(`@${realm}`);
}

/** Reads that the credentials need. Only a digest needs any: a refresh without credentials reads nothing more. */
export function readsFor(
  credentials: Credentials,
  incoming: Incoming<SipRequest>,
): Pick<ReadSet, "subscribers" | "loginFailures" | "loginHistories"> {
  if (credentials.kind !== "digest") return {};
  const claimed = aorOfDigest(credentials.digest);
  return { subscribers: [claimed], ...lockoutReads({ claimed, incoming }) };
}

/**
 * §22.3: credentials for our realm are not forwarded; their receiver could guess passwords from them offline. This
 * includes Authorization, which a proxy otherwise leaves alone, because no other server has our realm. Where tokens are
 * taken it includes tokens: JsSIP sends its token with every request, and the called phone could register with it.
 */
export function withoutOurCredentials(request: SipRequest, world: Pick<World, "settings">): SipRequest {
  const takesTokens = world.settings.bearer !== undefined;
  const isOurs = (field: HeaderField) => {
    if (!field.is(authHeaders.proxy.credentials) && !field.is(authHeaders.registrar.credentials)) return false;
    const parsed = parseAuthHeader(valueOf(field));
    if (parsed === undefined) return false;
    return isOurDigest(parsed, world) || (takesTokens && parsed.scheme === "bearer");
  };
  return request.fields.some(isOurs)
    ? withFields(
        request,
        request.fields.filter((field) => !isOurs(field)),
      )
    : request;
}
