// What surrounds the protocol: the values it is handed (time, ids, keys, settings), the state it may read, and the
// outcome it gives back. `lib/signaling.ts` is the one place that turns an outcome into facts.
import type { Aor } from "./location/aor.ts";
import type { Registration } from "./location/binding.ts";
import type { ResponseContext } from "./proxy/response-context.ts";
import type { Settings } from "./settings.ts";
import type { Subscriber } from "./auth/subscriber.ts";
import type { SipMessage } from "./syntax/message.ts";
import type { End, FlowId } from "./transport/end.ts";
import type { SigningKeys } from "./transport/signature.ts";
import type { TurnServers } from "./turn/turn-servers.ts";

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
  /** True when an earlier decision met a conflict: what was assumed absent is to be read now. */
  readonly isRetry: boolean;
}

export interface Question {
  readonly flow?: FlowId;
  readonly registration?: Aor;
  readonly subscribers?: readonly Aor[];
  readonly context?: string;
}

export interface Seen {
  readonly flow?: FlowRecord;
  /** Version 0 and no bindings if there is none. */
  readonly registration: Registration;
  readonly subscribers: readonly Subscriber[];
  readonly context?: ResponseContext;
}

/** What is known about a connection: who authenticated on it, and what goes when it goes. */
export interface FlowRecord {
  readonly flow: FlowId;
  /** The AOR that authenticated here. */
  readonly identity: Aor;
  /** Of the device that registered last. */
  readonly instance?: string;
  /** AORs with a binding on this flow. */
  readonly bound: readonly Aor[];
  /** Epoch seconds; a connection lives two hours at most. */
  readonly expiresAt: number;
}

/** Stored only if what was read is still what is stored; otherwise the decision is taken anew. */
export type Change =
  | { readonly kind: "registration"; readonly registration: Registration; readonly expiresAt: number }
  /** `ifAbsent`: what a REGISTER has written meanwhile says more, and stays. */
  | { readonly kind: "flow"; readonly record: FlowRecord; readonly ifAbsent?: true }
  | { readonly kind: "flow gone"; readonly flow: FlowId }
  | { readonly kind: "context"; readonly context: ResponseContext };

/** A flow is forgotten last: one that is forgotten while its binding is not would leave a ghost. */
export function isLast({ kind }: Change): boolean {
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
  /** Why nothing, or nothing else, happened: for the log. */
  readonly because?: string;
}

export function nothing(because: string): Outcome {
  return { changes: [], timers: [], sends: [], because };
}

export function sendOnly(...sends: readonly Send[]): Outcome {
  return { changes: [], timers: [], sends };
}
