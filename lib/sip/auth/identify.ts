// Who sends a request: who was let in at the door, who authenticated on its flow, or whom its credentials prove (RFC 3261
// §22).
import { type Aor, aor } from "../location/aor.ts";
import type { Refusal } from "../respond.ts";
import { parseAuthHeader } from "../syntax/auth-header.ts";
import { type HeaderField, headers, type SipRequest, valueOf, withFields } from "../syntax/message.ts";
import { parseUri } from "../syntax/uri.ts";
import { isSameUri } from "../syntax/uri-comparison.ts";
import type { Arrival } from "../transport/arrival.ts";
import type { Seen, World } from "../world.ts";
import { authHeaders, challenge, realmOf, type Role } from "./challenge.ts";
import { type DigestCredentials, isRightResponse, toDigestCredentials } from "./digest.ts";
import { judgeNonce } from "./nonce.ts";

export type Identified =
  /** `isNew`: nothing is stored about the flow yet, so nobody would notice that it is gone. */
  | { readonly kind: "identity"; readonly identity: Aor; readonly isNew: boolean }
  | { readonly kind: "refusal"; readonly refusal: Refusal };

/**
 * The digest credentials meant for us, if the request brings any (§22.3: others belong to other realms). An answer to a
 * challenge we never made on this flow is as good as none, and costs no look.
 */
export function credentialsFor(role: Role, arrival: Arrival<SipRequest>, world: World): DigestCredentials | undefined {
  for (const value of headers(arrival.message, authHeaders[role].credentials)) {
    const credentials = readCredentials(value);
    if (credentials?.realm !== realmOf(world)) continue;
    if (!world.settings.digestAlgorithms.includes(credentials.algorithm)) continue;
    if (judgeNonce(credentials.nonce, arrival.flow, world.now, world.keys) !== "foreign") return credentials;
  }
  return undefined;
}

/** §22.3: what was meant for us goes no further; whoever gets it could guess passwords at leisure. */
export function withoutOurCredentials(request: SipRequest, world: World): SipRequest {
  const isOurs = (field: HeaderField) =>
    field.name === authHeaders.proxy.credentials && readCredentials(valueOf(field))?.realm === realmOf(world);
  return request.fields.some(isOurs)
    ? withFields(
        request,
        request.fields.filter((field) => !isOurs(field)),
      )
    : request;
}

function readCredentials(value: string): DigestCredentials | undefined {
  const parsed = parseAuthHeader(value);
  return parsed && toDigestCredentials(parsed);
}

/** The AOR whose password the credentials claim to know. */
export function claimedAor(credentials: DigestCredentials): Aor {
  return aor(credentials.username, credentials.realm);
}

export function identify(
  role: Role,
  { message: request, flow, identity }: Arrival<SipRequest>,
  credentials: DigestCredentials | undefined,
  seen: Seen,
  world: World,
): Identified {
  const known = seen.flow !== undefined && seen.flow.expiresAt > world.now ? seen.flow : undefined;
  if (identity !== undefined) return { kind: "identity", identity, isNew: known === undefined };
  if (known !== undefined) return { kind: "identity", identity: known.identity, isNew: false };
  if (credentials === undefined) return refuse(challenge(role, flow, world));
  if (!isForThisUri(credentials, request)) return refuse({ status: 400, reason: "Digest URI Mismatch" });

  const claimed = claimedAor(credentials);
  const secret = seen.subscribers.find(({ aor }) => aor === claimed)?.ha1[credentials.algorithm];
  const isRight = isRightResponse(credentials, request.method, secret ?? NOBODY) && secret !== undefined;
  const nonce = judgeNonce(credentials.nonce, flow, world.now, world.keys);
  if (isRight && nonce === "fresh") return { kind: "identity", identity: claimed, isNew: true };
  return refuse(challenge(role, flow, world, isRight && nonce === "stale"));
}

/** Nobody's secret, so that an unknown user costs the same work as a wrong password. */
const NOBODY = "0".repeat(32);

/** RFC 7616 §3.4.6: the digest must be about this very request. */
function isForThisUri(credentials: DigestCredentials, request: SipRequest): boolean {
  if (credentials.uri === request.uri) return true;
  const [named, requested] = [parseUri(credentials.uri), parseUri(request.uri)];
  return named !== undefined && requested !== undefined && isSameUri(named, requested);
}

function refuse(refusal: Refusal): Identified {
  return { kind: "refusal", refusal };
}
