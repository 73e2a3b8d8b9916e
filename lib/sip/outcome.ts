// The result of a decision. `lib/signaling` stores the changes, sets the timers and carries out the
// effects; nothing else does.
import type { Reason, ReasonCode } from "./reasons.ts";
import type { Change } from "./state/change.ts";
import type { PushAddress } from "./state/push-address.ts";
import type { Subscription } from "./state/subscription.ts";
import type { Aor } from "./syntax/aor.ts";
import type { SipMessage, SipRequest } from "./syntax/message.ts";
import type { BranchName } from "./tokens/via-branch.ts";
import type { Endpoint, FlowId } from "./transport/endpoint.ts";

export interface Outcome {
  readonly changes: readonly Change[];
  readonly timers: readonly TimerRequest[];
  readonly effects: readonly Effect[];
  /**
   * Milliseconds. Only with nothing to store or send: the decision is taken again after this time, with fresh reads, because an
   * earlier message of the same sender may still be in progress, or a connection closed between two reads.
   */
  readonly again?: number;
  /** Why nothing happened, or why this happened instead of the usual: for log, metrics and records. */
  readonly reason?: Reason;
}

/**
 * An action after the commit that is visible outside. A new kind needs a member here, a case in `carryOut` of
 * `lib/signaling/deliver.ts`, and a function in `Ports`.
 */
export type Effect = Send | Close | Push | Look | HttpRequest;

/** A message for a flow. */
export interface Send {
  readonly kind: "send";
  readonly to: Endpoint;
  readonly message: SipMessage;
  /** The client branch of the request: a failed delivery is decided on as a response to it (RFC 3261 §16.9). */
  readonly branch?: BranchName;
  /** Not the function's result, which is lost without notice where its connection has closed. */
  readonly isPosted?: true;
  /** The response context whose INVITE this final response answers: it is kept if the caller has no connection. */
  readonly answers?: string;
  /** The subscription that this NOTIFY belongs to. */
  readonly subscription?: SubscriptionName & {
    /** The connection was looked for, or was slow, and this is the last try. */
    readonly isRepeated?: true;
  };
}

export type SubscriptionName = Pick<Subscription, "resource" | "id">;

/** A push notification for a device without a connection (RFC 8599). */
export interface Push {
  readonly kind: "push";
  /** The device. */
  readonly to: Endpoint;
  readonly address: PushAddress;
  /**
   * It rings the device, ends the ringing, says that a text or a request within a dialog waits, or asks the device to register
   * again.
   */
  readonly why: "call" | "stop" | "message" | "request" | "refresh";
  /** JSON, readable as declarative Web Push. */
  readonly notice: string;
  /** A later push of the same topic replaces one that was not delivered yet (RFC 8030 §5.4). */
  readonly topic: string;
  /** Seconds that the service keeps it for a device that cannot be reached. */
  readonly ttlSeconds: number;
  /** The branch of the call that waits for the device; absent where none does. */
  readonly branch?: BranchName;
  /** Id of the stored text that it announces; absent for any other. */
  readonly text?: string;
  /** 1 for the first one. */
  readonly attempt: number;
}

/**
 * Why a push was not taken: its service does not know the address any more, asks for a later attempt, or refuses for another
 * reason.
 */
export type PushFailure = "gone" | "failed" | { readonly retryAfterSeconds: number };

/** Closes a connection; one that is closed already is fine. */
export interface Close {
  readonly kind: "close";
  readonly flow: FlowId;
}

/** The state that watchers see is compared with registrations and calls, as a decision of its own on fresh reads. */
export interface Look {
  readonly kind: "look";
  readonly resource: string;
  /** The response context of a call that has changed. */
  readonly call?: string;
  /** The resource of a member that has changed, for a resource list. */
  readonly member?: string;
}

/** A request to the endpoint of an HTTP callee. Its result is decided on (`http-callee/answered.ts`). */
export interface HttpRequest {
  readonly kind: "http";
  /** The flow of the callee. */
  readonly flow: FlowId;
  readonly purpose: "open" | "restart" | "end";
  /** Key of the session. */
  readonly session: string;
  readonly callId: string;
  readonly method: string;
  readonly url: string;
  /** Those of the protocol; they go wherever the request goes. */
  readonly headers: Readonly<Record<string, string>>;
  readonly configured: ConfiguredHeaders;
  readonly body?: string;
  /** The SIP request that waits for the result. */
  readonly answers?: SipRequest;
}

/** Headers of the callee's policy, for the origin of its URL alone: a redirection or a Location elsewhere gets none of them. */
export interface ConfiguredHeaders {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Name or ARN of the secret with the bearer token. */
  readonly secret?: string;
}

export type HttpResult =
  | {
      readonly kind: "answered";
      readonly status: number;
      /** The URL that answered, after redirections. */
      readonly url: string;
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly kind: "failed"; readonly why: HttpFailure };

/**
 * No answer in time; no connection or no whole answer; a host or an address that is not allowed; a secret that cannot be
 * read.
 */
export type HttpFailure = "timeout" | "unreachable" | "not allowed" | "no secret";

/** Why a message was not delivered: no such connection, over the platform's size, a slow reader, or a failure of AWS. */
export type SendFailure = "gone" | "too large" | "busy" | "failed";

/** A timer as it comes back from the queue. */
export type Timer = SomeTimer & {
  /** Timers in a row that led to it, one set by the other; absent for one that a message sets. */
  readonly links?: number;
};

/** A new kind of timer adds a member here. */
type SomeTimer =
  | TransactionTimer
  | LoginTimer
  | HeldTimer
  | CallTimer
  | MessageTimer
  | PushTimer
  | TextPushTimer
  | RefreshTimer
  | SubscriptionTimer
  | ResourceTimer
  | WatchersTimer
  | HttpSessionTimer;

/** Timers B, C and F of one response context. One whose epoch differs from the context's is stale. */
export interface TransactionTimer {
  readonly kind: "transaction";
  readonly context: string;
  readonly epoch: number;
  /** The request that rings, for a phone that comes back on another flow: a queue message has room for it. */
  readonly message?: string;
  /** It fired before its state was stored and was set a second time. */
  readonly isSecond?: true;
}

/** The time within which a connection must have logged in. */
export interface LoginTimer {
  readonly kind: "login";
  readonly flow: FlowId;
}

/** A held request is sent again, or its time is over. */
export interface HeldTimer {
  readonly kind: "held";
  /** The user whose registration holds it. */
  readonly aor: Aor;
  readonly branch: string;
}

/** An answered call is looked at, or ended. Stale once the call has ended. */
export interface CallTimer {
  readonly kind: "call";
  /** Its response context. */
  readonly call: string;
  readonly why: CallLook;
}

/** A look at the messages that wait for a user. */
export interface MessageTimer {
  readonly kind: "message";
  readonly aor: Aor;
  /** The message that was sent and may not have been answered; absent: whether any waits. Stale once it is delivered. */
  readonly sent?: string;
  /** It was sent a second time. */
  readonly isSecond?: true;
}

/** A push that its service has put off is sent again. Stale once the device has registered. */
export interface PushTimer {
  readonly kind: "push";
  readonly branch: BranchName;
  readonly attempt: number;
}

/** The push of a stored text that its service has put off is sent again. Stale once the text or the device has left its place. */
export interface TextPushTimer {
  readonly kind: "text push";
  /** The receiver. */
  readonly aor: Aor;
  /** `deviceOf` the one that sleeps. */
  readonly device: string;
  /** Id of the text. */
  readonly text: string;
  /** Of the push. */
  readonly topic: string;
  readonly attempt: number;
}

/** A device without a connection is asked to register again (RFC 8599 §5.5). Stale once it has registered. */
export interface RefreshTimer {
  readonly kind: "refresh";
  readonly aor: Aor;
  /** `deviceOf` it. */
  readonly device: string;
  /** Epoch seconds until which it can be woken: a later REGISTER gives another time. */
  readonly wakableUntil: number;
  /** Epoch seconds of the push. */
  readonly at: number;
}

/** A connection of the call has closed; it lasts too long; the operator ends it. */
export const callLooks = ["flow closed", "too long", "operator"] as const;

export type CallLook = (typeof callLooks)[number];

/** A subscription is looked at: its time is over, or its device may be back. Stale once it has ended. */
export interface SubscriptionTimer {
  readonly kind: "subscription";
  readonly resource: string;
  /** Its id. */
  readonly subscription: string;
  /** Looks that have found the device gone; absent for the timer of its expiry. */
  readonly looks?: number;
  /** The end that it belongs to, in epoch seconds; absent for a look. Stale if the subscription was refreshed. */
  readonly expiresAt?: number;
}

/** The state of a resource is compared with registrations and calls. */
export interface ResourceTimer {
  readonly kind: "resource";
  readonly resource: string;
  /** The time that the row has, for the timer that is set again and again; one with another time is stale. */
  readonly at?: number;
  /** The time that the row has, for the timer that reports the changes held back until then; one with another time is stale. */
  readonly heldUntil?: number;
  /** The version of the row that `heldUntil` was stored with. */
  readonly version?: number;
  /** It fired before that version was stored and was set a second time. */
  readonly isSecond?: true;
  /** A version of the registration that the change this timer is set for comes after. */
  readonly after?: number;
  /** The response context of a call that has changed. */
  readonly call?: string;
  /** The resource of a member that has changed, for a resource list. */
  readonly member?: string;
  /** The owner has changed the users that may watch: the subscriptions of the others end. */
  readonly isPolicyChanged?: true;
}

/** A report goes on to some of the watchers behind those that have been notified. Stale once another report has followed. */
export interface WatchersTimer {
  readonly kind: "watchers";
  readonly resource: string;
  /** Number of the report (`reportsOf`). The version of the row may grow without one. */
  readonly report: number;
  /** Id of the subscription before the first of them. */
  readonly after: string;
  /** Id of the last of them; absent for all behind. */
  readonly upTo?: string;
  /** It fired before its state was stored and was set a second time. */
  readonly isSecond?: true;
}

/** A session at an HTTP endpoint is looked at: its answer, its ACK or its end may be missing. */
export interface HttpSessionTimer {
  readonly kind: "http session";
  /** Its key. */
  readonly session: string;
  /** The branch of its INVITE, for a session that was never stored. */
  readonly branch?: BranchName;
  /** The address that was called, beside the branch, whose row may be gone. Absent in a timer of an earlier release. */
  readonly aor?: Aor;
  /** Its caller has sent BYE: the process that took it may have ended before it stored anything. */
  readonly isHungUp?: true;
}

export type TimerRequest = Timer & { readonly delaySeconds: number };

export function send(to: Endpoint, message: SipMessage, branch?: BranchName): Send {
  return { kind: "send", to, message, ...(branch !== undefined && { branch }) };
}

/** An outcome without any change, timer or effect. */
export function nothing(code: ReasonCode, detail?: string): Outcome {
  return { changes: [], timers: [], effects: [], reason: { code, ...(detail !== undefined && { detail }) } };
}

/** Nothing yet: another decision after a moment. */
export function decideAgain(milliseconds: number): Outcome {
  return { changes: [], timers: [], effects: [], again: milliseconds };
}

export function sendOnly(...effects: readonly Send[]): Outcome {
  return { changes: [], timers: [], effects };
}
