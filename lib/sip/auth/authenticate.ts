// The sender of a request (RFC 3261 §22, RFC 8898 §2): admitted by the authorizer, authenticated earlier on this flow, or
// proven by the credentials of the request.
import { failedLogin, lockedFor, lockedOut, rightLogin } from "../limits/lockout.ts";
import type { Change } from "../state/change.ts";
import type { FlowRecord, LastDigest } from "../state/flow.ts";
import { liveFlow, type Snapshot, subscriberOf } from "../state/snapshot.ts";
import type { Aor } from "../syntax/aor.ts";
import { field, type SipRequest } from "../syntax/message.ts";
import { parseUri, unescape } from "../syntax/uri.ts";
import type { Incoming } from "../transport/incoming.ts";
import { type Reply, refusal } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { challenge, type ChallengeCause, type Role } from "./challenge.ts";
import { aorOfDigest, type Credentials, namesDomain } from "./credentials.ts";
import { type DigestCredentials, isRightResponse } from "./digest.ts";
import { digestIn, isReplay } from "./replay.ts";
import { ISSUER_RETRY_SECONDS } from "../policy/retry.ts";

export interface Authenticated {
  readonly kind: "authenticated";
  readonly aor: Aor;
  /** No live record of the flow is stored yet. */
  readonly isNew: boolean;
  /** The digest that proved it, for the flow's record: it must not be accepted again. */
  readonly digest?: LastDigest;
  /** Stored whatever the outcome of the request. */
  readonly changes: readonly Change[];
}

export interface Unauthenticated {
  readonly kind: "unauthenticated";
  readonly reply: Reply;
  /** Stored before the reply is sent. */
  readonly changes: readonly Change[];
}

/** The request as received, its credentials, and the records that were read to judge them. */
interface Attempt {
  readonly role: Role;
  readonly incoming: Incoming<SipRequest>;
  readonly credentials: Credentials;
  readonly snapshot: Snapshot;
  readonly world: World;
}

/** @param attempt with the request as it was received: a digest covers the Request-URI that the client wrote */
export async function authenticate(attempt: Attempt): Promise<Authenticated | Unauthenticated> {
  const { incoming, credentials, snapshot, world } = attempt;
  const known = liveFlow(snapshot, incoming.flow, world.now);
  if (incoming.identity !== undefined) return authenticatedAs(incoming.identity, known === undefined);
  if (credentials.kind === "improper") {
    return unauthenticated(refusal("digest-improper", { phrase: credentials.problem })); // RFC 7616 §3.4
  }
  if (known !== undefined) return authenticateAgain(known, attempt);

  switch (credentials.kind) {
    case "none":
      return challenged(attempt, "credentials-needed");
    case "stale":
      return challenged(attempt, "nonce-stale");
    case "token":
      return authenticateByToken(credentials.token, attempt);
    case "digest":
      return authenticateByDigest(credentials.digest, attempt);
  }
}

/**
 * A flow that has authenticated needs no credentials. A used or stale digest on it proves nothing and is ignored: SIP.js
 * sends its old Authorization with every refresh. A digest for its own user with a fresh nonce and count is checked; those
 * for other users are ignored, so passwords cannot be probed here.
 */
function authenticateAgain({ identity, lastDigest }: FlowRecord, attempt: Attempt): Authenticated | Unauthenticated {
  const { incoming, credentials, snapshot, world } = attempt;
  const known = authenticatedAs(identity, false);
  if (credentials.kind !== "digest" || aorOfDigest(credentials.digest) !== identity) return known;

  const digest = digestIn(credentials.digest, incoming);
  if (lastDigest?.request === digest.request) return known; // §17.2: a retransmission
  if (lastDigest !== undefined && isReplay(digest, lastDigest)) return known;
  // Guesses on other connections must not end a connection that has authenticated.
  if (lockedFor({ claimed: identity, incoming }, snapshot, world) > 0) return known;
  const judged = authenticateByDigest(credentials.digest, attempt);
  return judged.kind === "authenticated" ? { ...judged, isNew: false, changes: [] } : judged;
}

/** Known and unknown users, right and wrong passwords take the same path up to the last comparison. */
function authenticateByDigest(digest: DigestCredentials, attempt: Attempt): Authenticated | Unauthenticated {
  const { incoming, snapshot, world } = attempt;
  const { message: request, source } = incoming;
  if (!isForThisUri(digest, request)) return unauthenticated(refusal("digest-uri-mismatch"));

  const claimed = aorOfDigest(digest);
  const login = { claimed, incoming };
  const seconds = lockedFor(login, snapshot, world);
  if (seconds > 0) return unauthenticated(lockedOut(seconds, source));

  const subscriber = subscriberOf(snapshot, claimed);
  const secret = (namesDomain(digest) ? subscriber?.ha1b : subscriber?.ha1)?.[digest.algorithm];
  if (isRightResponse(digest, request.method, secret)) {
    const changes = rightLogin(login, snapshot, world);
    return { ...authenticatedAs(claimed, true), digest: digestIn(digest, incoming), changes };
  }
  const detail = `from ${source ?? "an unknown address"}`;
  return {
    ...challenged(attempt, "login-failed", detail),
    changes: failedLogin(login, snapshot, world),
  };
}

/**
 * RFC 3261 §22.4 item 5: the digest's URI names the same resource as the Request-URI. Clients leave out port or parameters
 * of the Request-URI, so user and host decide; a URI of another scheme must be the same (RFC 7616 §3.4.6).
 */
function isForThisUri(digest: DigestCredentials, request: SipRequest): boolean {
  if (digest.uri === request.uri) return true;
  const [named, requested] = [parseUri(digest.uri), parseUri(request.uri)];
  if (named?.kind !== "sip" || requested?.kind !== "sip") return false;
  if (named.scheme !== requested.scheme) return false;
  return named.host === requested.host && unescape(named.user ?? "") === unescape(requested.user ?? "");
}

/** RFC 8898 §2.2, §2.3. A refused token is not counted as a failed login: a signature cannot be guessed. */
async function authenticateByToken(token: string, attempt: Attempt): Promise<Authenticated | Unauthenticated> {
  const verified = await attempt.world.verifyToken(token);
  switch (verified.kind) {
    case "verified":
      return authenticatedAs(verified.aor, true);
    case "refused":
      return challenged(attempt, "token-refused", verified.reason);
    case "issuer failed": {
      const fields = [field("Retry-After", ISSUER_RETRY_SECONDS)];
      return unauthenticated(refusal("issuer-unavailable", { fields, detail: verified.reason }));
    }
  }
}

function authenticatedAs(aor: Aor, isNew: boolean): Authenticated {
  return { kind: "authenticated", aor, isNew, changes: [] };
}

function challenged(
  { role, incoming, snapshot, world }: Attempt,
  why: ChallengeCause["why"],
  detail?: string,
): Unauthenticated {
  const after = snapshot.flows.find(({ flow }) => flow === incoming.flow)?.lastDigest?.nonce;
  const cause = { why, ...(detail !== undefined && { detail }), ...(after !== undefined && { after }) };
  return unauthenticated(challenge(role, incoming, world, cause));
}

function unauthenticated(reply: Reply): Unauthenticated {
  return { kind: "unauthenticated", reply, changes: [] };
}
