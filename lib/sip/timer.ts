// The timers that a decision sets. Each comes back as it was set and is decided on with fresh reads, which tell whether it is
// stale.
import type { Aor } from "./syntax/aor.ts";
import type { BranchName } from "./tokens/via-branch.ts";
import type { FlowId } from "./transport/endpoint.ts";

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
