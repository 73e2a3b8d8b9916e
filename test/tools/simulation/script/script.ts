// The actions of users in a run: data, so that a script can be printed, shrunk and played again.
import type { RoutingPolicy } from "../../../../lib/sip/state/routing-policy.ts";
import type { Settings } from "../../../../lib/sip/policy/settings.ts";

export interface Script {
  readonly settings: Partial<Settings>;
  readonly subscribers: readonly SubscriberPlan[];
  readonly phones: readonly PhonePlan[];
  readonly steps: readonly Step[];
  /** Milliseconds after which phones stop refreshing, so that the run can end. */
  readonly until: number;
}

export interface SubscriberPlan extends RoutingPolicy {
  readonly user: string;
}

export interface PhonePlan {
  /** `bob.2` */
  readonly name: string;
  readonly user: string;
  /** Milliseconds. */
  readonly online: number;
  /** Without one it cannot be told apart from a stranger when it comes back on another flow. */
  readonly hasInstance: boolean;
  /** As in its Contact. */
  readonly q: string;
  /** Seconds of the registration that it requests. */
  readonly expires: number;
  /** Repeats a refusal until its ACK comes, as over UDP. */
  readonly insists: boolean;
  /** Has no timer B: waits for a final response without limit. */
  readonly isPatient: boolean;
  /** Texts that it refuses, by the step that sends them, and the status. */
  readonly refuses?: { readonly texts: readonly string[]; readonly status: number };
  /** A push notification reaches it while it sleeps. */
  readonly push?: {
    /** Milliseconds from the notification until it connects; absent: it stays asleep. */
    readonly wakesAfter?: number;
  };
}

/** Times are in milliseconds since the run began. */
export type Step = CallStep | DropStep | MessageStep | QuitStep | RefreshStep | SleepStep | ForgeStep;

export interface CallStep {
  readonly kind: "call";
  readonly id: string;
  readonly at: number;
  readonly from: string;
  /** The user that is dialled. */
  readonly to: string;
  /** Milliseconds until the caller cancels; absent: never. */
  readonly patience?: number;
  /** Whether it follows a 302. */
  readonly follows: boolean;
  /** The reaction of each phone that rings. */
  readonly reactions: Readonly<Record<string, Reaction>>;
  readonly talk: Talk;
  /** Its body is an offer, as HTTP callees need it. */
  readonly hasOffer?: true;
}

export interface Reaction {
  /** Milliseconds until the first 180; absent: none. */
  readonly ringsAfter?: number;
  /** Milliseconds after which the 180 is repeated; absent: it is not. */
  readonly ringsAgainAfter?: number;
  /** Milliseconds until the final response; absent: it rings until it is cancelled. */
  readonly decidesAfter?: number;
  /** 200, 302, 486, 603 … */
  readonly status: number;
  /** For a 302. */
  readonly contact?: string;
}

/** The actions of both ends of an answered call, in milliseconds from its beginning. */
export interface Talk {
  readonly acts: readonly TalkAct[];
  readonly hangsUp: "caller" | "callee";
  readonly hangsUpAfter: number;
}

export interface TalkAct {
  readonly after: number;
  readonly by: "caller" | "callee";
  readonly method: "INVITE" | "INFO";
}

export interface DropStep {
  readonly kind: "drop";
  readonly id: string;
  readonly at: number;
  readonly phone: string;
  /** Milliseconds until it is back; absent: it never comes back. */
  readonly backAfter?: number;
  /** A page that was loaded again: the device is the same, all other state is lost. */
  readonly forgets: boolean;
}

export interface MessageStep {
  readonly kind: "message";
  readonly id: string;
  readonly at: number;
  readonly from: string;
  readonly to: string;
}

/** Unregisters and leaves. */
export interface QuitStep {
  readonly kind: "quit";
  readonly id: string;
  readonly at: number;
  readonly phone: string;
}

/** The page is closed, and a push notification may open it again. */
export interface SleepStep {
  readonly kind: "sleep";
  readonly id: string;
  readonly at: number;
  readonly phone: string;
}

/** An extra refresh, so that REGISTERs of one AOR meet. */
export interface RefreshStep {
  readonly kind: "refresh";
  readonly id: string;
  readonly at: number;
  readonly phone: string;
}

/** Mallory has read every message on every wire, and uses the newest of them on a connection of its own. */
export interface ForgeStep {
  readonly kind: "steal";
  readonly id: string;
  readonly at: number;
  readonly what: Forgery;
}

export type Forgery = "request in dialog" | "answer" | "refusal" | "provisional" | "cancel" | "registration" | "name";

/** The user that takes part in no call. */
export const ATTACKER = "mallory";
