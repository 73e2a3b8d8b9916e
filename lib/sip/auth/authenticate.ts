// Who sends a request: who was let in at the door, who proved it on this flow before, or whom its credentials prove
// (RFC 3261 §22, RFC 8898 §2).
import type { Aor } from "../syntax/aor.ts";
import { answerStateless } from "../uas/answer-stateless.ts";
import type { Refusal } from "../uas/reply.ts";
import { field, type SipRequest } from "../syntax/message.ts";
import { parseUri } from "../syntax/uri.ts";
import { isSameUri } from "../syntax/uri-comparison.ts";
import type { Arrival } from "../transport/incoming.ts";
import type { Change, FlowRecord, Outcome, Seen, World } from "../world.ts";
import { type Because, challenge, type Role } from "./challenge.ts";
import { type DigestCredentials, isRightResponse } from "./digest.ts";
import { countersOf, failedLogin, forgivenLogins, lockedFor, lockedOut } from "../limits/lockout.ts";
import { claimedAor, type Presented } from "./credentials.ts";
import { answerIn, isReplay, type LastAnswer } from "./replay.ts";

export type Identified = Identity | Refused;

export interface Identity {
  readonly kind: "identity";
  readonly identity: Aor;
  /** Nothing is stored about the flow yet: it was nobody's before, or nobody would notice that it is gone. */
  readonly isNew: boolean;
  /** What the flow is to remember so that nobody shows it twice. */
  readonly answer?: LastAnswer;
  /** To be stored whatever becomes of the request. */
  readonly changes: readonly Change[];
}

interface Refused {
  readonly kind: "refusal";
  readonly refusal: Refusal;
  /** To be stored before it is told. */
  readonly changes: readonly Change[];
  /** For the log: never what the client sent (RFC 7616 §3.4). */
  readonly because?: string;
}

/** The request, as it came; what it shows; what was read for that. */
interface Asked {
  readonly role: Role;
  readonly arrival: Arrival<SipRequest>;
  readonly shown: Presented;
  readonly seen: Seen;
  readonly world: World;
}

/** @param arrival as it was received: a digest is about the Request-URI that the client wrote */
export async function identify(
  role: Role,
  arrival: Arrival<SipRequest>,
  shown: Presented,
  seen: Seen,
  world: World,
): Promise<Identified> {
  const asked: Asked = { role, arrival, shown, seen, world };
  if (arrival.identity !== undefined) return admitted(arrival.identity, seen, world);
  if (shown.kind === "improper") return refused({ status: 400, reason: shown.problem }); // RFC 7616 §3.4
  if (seen.flow !== undefined && seen.flow.expiresAt > world.now) return identifyAgain(seen.flow, asked);

  if (shown.kind === "nothing") return challenged(asked);
  if (shown.kind === "stale") return challenged(asked, { isStale: true }); // RFC 7616 §3.3: whatever the password
  if (shown.kind === "token") return identifyByToken(shown.token, asked);
  return judge(shown.credentials, asked);
}

/**
 * A flow that has proved who it is needs no credentials. Those it brings count only if they are its own and of now:
 * another user's are not looked at, so that they cannot be tried out here, and an old nonce proves nothing to anybody.
 */
function identifyAgain({ identity, answered }: FlowRecord, asked: Asked): Identified {
  const { arrival, shown, seen, world } = asked;
  if (shown.kind !== "digest" || claimedAor(shown.credentials) !== identity) return known(identity);

  const answer = answerIn(shown.credentials, arrival);
  if (answered?.request === answer.request) return known(identity); // §17.2: the very request again
  if (answered !== undefined && isReplay(answer, answered)) return challenged(asked, { isStale: true });
  // Nobody's guesses may cost somebody a connection that is already theirs.
  if (lockedFor(countersOf(identity, arrival.source), seen.failures ?? [], world) > 0) return known(identity);
  const judged = judge(shown.credentials, asked);
  return judged.kind === "identity" ? { ...judged, isNew: false } : judged;
}

/** Digest. Known and unknown users, right and wrong passwords go the same way to the last comparison. */
function judge(credentials: DigestCredentials, asked: Asked): Identified {
  const { arrival, seen, world } = asked;
  const { message: request, source } = arrival;
  if (!isForThisUri(credentials, request)) return refused({ status: 400, reason: "Digest URI Mismatch" });

  const claimed = claimedAor(credentials);
  const counters = countersOf(claimed, source);
  const seconds = lockedFor(counters, seen.failures ?? [], world);
  if (seconds > 0)
    return refused(lockedOut(seconds), { because: `login from ${source ?? "nowhere"} locked for ${seconds} s` });

  const secret = seen.subscribers.find(({ aor }) => aor === claimed)?.ha1[credentials.algorithm];
  if (isRightResponse(credentials, request.method, secret)) {
    const changes = forgivenLogins(counters, seen.failures ?? [], world);
    return { kind: "identity", identity: claimed, isNew: true, answer: answerIn(credentials, arrival), changes };
  }
  return {
    ...challenged(asked),
    changes: failedLogin(counters, world),
    because: `failed login from ${source ?? "nowhere"}`,
  };
}

/**
 * RFC 7616 §3.4.6: the digest must be about this very request. RFC 3261 §22.4 item 5 lets them differ, because proxies on
 * the way rewrite the Request-URI; between a WebSocket client and us there is none.
 */
function isForThisUri(credentials: DigestCredentials, request: SipRequest): boolean {
  if (credentials.uri === request.uri) return true;
  const [named, requested] = [parseUri(credentials.uri), parseUri(request.uri)];
  return named !== undefined && requested !== undefined && isSameUri(named, requested);
}

/** RFC 8898 §2.2, §2.3. A token is not counted when it fails: a signature cannot be guessed. */
async function identifyByToken(token: string, asked: Asked): Promise<Identified> {
  const proof = await asked.world.proofOf(token);
  switch (proof.kind) {
    case "proven":
      return { kind: "identity", identity: proof.aor, isNew: true, changes: [] };
    case "refused":
      return { ...challenged(asked, { error: "invalid_token" }), because: `token refused: ${proof.reason}` };
    case "issuer failed":
      return refused(
        { status: 503, fields: [field("Retry-After", ISSUER_SECONDS)] },
        { because: `no token can be checked: ${proof.reason}` },
      );
  }
}

/** Seconds after which an issuer that could not be asked is asked again. */
const ISSUER_SECONDS = 5;

/** Who was let in at the door has nothing to prove; that the flow is there is noted all the same. */
function admitted(identity: Aor, { flow }: Seen, { now }: World): Identified {
  const isNoted = flow !== undefined && flow.expiresAt > now;
  return { kind: "identity", identity, isNew: !isNoted, changes: [] };
}

function known(identity: Aor): Identified {
  return { kind: "identity", identity, isNew: false, changes: [] };
}

function challenged({ role, arrival, seen, world }: Asked, because: Because = {}): Refused {
  const after = seen.flow?.answered?.nonce;
  return refused(challenge(role, arrival, world, { ...because, ...(after !== undefined && { after }) }));
}

function refused(refusal: Refusal, { because }: { readonly because?: string } = {}): Refused {
  return { kind: "refusal", refusal, changes: [], ...(because !== undefined && { because }) };
}

/** The answer to who did not prove who they are. */
export function answerRefused(
  arrival: Arrival<SipRequest>,
  { refusal, changes, because }: Refused,
  world: World,
): Outcome {
  const outcome = answerStateless(arrival, refusal, world);
  return { ...outcome, changes, ...(because !== undefined && { because }) };
}
