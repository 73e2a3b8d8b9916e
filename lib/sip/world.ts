// What surrounds the protocol: the values it is handed (time, ids, keys, settings), the state it may read, and the
// outcome it gives back. `lib/signaling/signaling.ts` is the one place that turns an outcome into facts.
import type { Aor } from "./syntax/aor.ts";
import type { Registration } from "./state/registration.ts";
import type { ResponseContext } from "./proxy/response-context.ts";
import type { Settings } from "./policy/settings.ts";
import type { LastAnswer } from "./auth/replay.ts";
import type { Subscriber } from "./state/subscriber.ts";
import type { SipMessage } from "./syntax/message.ts";
import type { End, FlowId } from "./transport/endpoint.ts";
import type { SigningKeys } from "./tokens/signature.ts";
import type { TurnServers } from "./policy/turn-servers.ts";

export interface World {
  /** Epoch seconds. */
  readonly now: number;
  readonly settings: Settings;
  readonly keys: SigningKeys;
  /** Fresh randomness for one nonce, in base64url. */
  readonly random: () => string;
  /** Where the deployment has TURN servers. */
  readonly turn?: TurnServers;
  /**
   * Reads everything asked for in one call: each key costs a read, each call a round trip. What it tells was committed
   * before the call, for flows, registrations and contexts.
   */
  look(question: Question): Promise<Seen>;
  /** What a bearer token proves. Asked only where the settings say that tokens are taken (`settings.bearer`). */
  proofOf(token: string): Promise<TokenProof>;
  /** True when an earlier decision met a conflict: what was assumed absent is to be read now. */
  readonly isRetry: boolean;
}

export interface Question {
  readonly flow?: FlowId;
  readonly registration?: Aor;
  readonly subscribers?: readonly Aor[];
  readonly context?: string;
  /** Keys of counts of failed logins. */
  readonly failures?: readonly string[];
}

/** Reasons are for the log and never repeat what a token says. */
export type TokenProof =
  | { readonly kind: "proven"; readonly aor: Aor }
  | { readonly kind: "refused"; readonly reason: string }
  /** Nobody can say, because the issuer cannot be asked. */
  | { readonly kind: "issuer failed"; readonly reason: string };

export interface Seen {
  readonly flow?: FlowRecord;
  /** Version 0 and no bindings if there is none. */
  readonly registration: Registration;
  readonly subscribers: readonly Subscriber[];
  readonly context?: ResponseContext;
  /** Those of the counts asked for that there are. */
  readonly failures?: readonly LoginFailures[];
}

/** Logins that failed, counted under one key. */
export interface LoginFailures {
  readonly key: string;
  readonly count: number;
  /** Epoch seconds of the last. */
  readonly last: number;
  /** Epoch seconds; then it is forgotten. */
  readonly expiresAt: number;
}

/**
 * What is known about a connection: who authenticated on it, and what goes when it goes. The same about a contact that is
 * an address (`location/contact-address.ts`): whose it is.
 */
export interface FlowRecord {
  readonly flow: FlowId;
  /** The AOR that authenticated here. */
  readonly identity: Aor;
  /** Of the device that registered last (`deviceOf`). */
  readonly instance?: string;
  /** AORs with a binding on this flow. */
  readonly bound: readonly Aor[];
  /** The last digest it answered right: that one, and what was before it, proves nothing any more. */
  readonly answered?: LastAnswer;
  /** Epoch seconds; a connection lives two hours at most. */
  readonly expiresAt: number;
}

/** Stored only if what was read is still what is stored; otherwise the decision is taken anew. */
export type Change =
  | { readonly kind: "registration"; readonly registration: Registration; readonly expiresAt: number }
  /** `ifAbsent`: what a REGISTER has written meanwhile says more, and stays. */
  | { readonly kind: "flow"; readonly record: FlowRecord; readonly ifAbsent?: true }
  /** What the flow answered, if `read` is still what it had answered before. */
  | { readonly kind: "answer"; readonly flow: FlowId; readonly answer: LastAnswer; readonly read?: LastAnswer }
  | { readonly kind: "flow gone"; readonly flow: FlowId }
  | { readonly kind: "context"; readonly context: ResponseContext }
  /** One more, exactly, however many fail at a time; the first again if `at` is past the expiry of the count. */
  | { readonly kind: "failed login"; readonly key: string; readonly at: number; readonly forgetAt: number }
  /** Back to none, if there are still as many as were read: a right guess among many wrong ones is judged again. */
  | { readonly kind: "forgiven logins"; readonly key: string; readonly count: number };

/**
 * What is stored before what; after a conflict nothing further is. What proves the sender comes first: were it refused
 * when the context of its request is stored already, the next decision would take the request for a repetition.
 */
export function inSteps(changes: readonly Change[]): readonly (readonly Change[])[] {
  const proofs = changes.filter(isProof);
  const others = changes.filter((change) => !isProof(change) && !isLast(change));
  return [proofs, others, changes.filter(isLast)].filter((step) => step.length > 0);
}

function isProof({ kind }: Change): boolean {
  return kind === "answer" || kind === "forgiven logins";
}

/** A flow is forgotten last: one that is forgotten while its binding is not would leave a ghost. */
function isLast({ kind }: Change): boolean {
  return kind === "flow gone";
}

export interface TimerRequest {
  readonly context: string;
  readonly epoch: number;
  readonly delaySeconds: number;
  /** The request that rings, for a phone that comes back on another flow: a message of the queue has room for it. */
  readonly message?: string;
  /** It came before its state was stored and was set a second time. */
  readonly isSecond?: true;
}

/** A timer that came back from the queue. One whose epoch is not the context's own is stale. */
export type DueTimer = Omit<TimerRequest, "delaySeconds">;

export interface Send {
  readonly to: End;
  readonly message: SipMessage;
  /** The client branch this request belongs to: it must hear of a flow that is gone. */
  readonly branch?: { readonly context: string; readonly index: number };
}

/** Why a message was not delivered: no such connection, more than it may hold, a client that reads too slowly, or AWS. */
export type SendFailure = "gone" | "too large" | "busy" | "failed";

export interface Outcome {
  readonly changes: readonly Change[];
  readonly timers: readonly TimerRequest[];
  readonly sends: readonly Send[];
  /** Connections that mean nothing any more. */
  readonly closes?: readonly FlowId[];
  /** What came in could not be read: a flow that sends nothing else is closed (`limits/rate-limiter.ts`). */
  readonly isUnreadable?: true;
  /** Why nothing, or nothing else, happened: for the log. */
  readonly because?: string;
}

export function nothing(because: string): Outcome {
  return { changes: [], timers: [], sends: [], because };
}

export function sendOnly(...sends: readonly Send[]): Outcome {
  return { changes: [], timers: [], sends };
}
