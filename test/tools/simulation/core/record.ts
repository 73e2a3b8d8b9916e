// The events of a run, in their order: the input of the invariants and of the ladder.
import type { Wire } from "./wire.ts";
import type { HttpRequest, HttpResult, Push, PushFailure, SendFailure } from "../../../../lib/sip/effect.ts";
import type { Change } from "../../../../lib/sip/state/change.ts";
import type { LoginTimer, Timer, TransactionTimer } from "../../../../lib/sip/timer.ts";

/** One Lambda invocation: its number, and its event. */
export interface Invocation {
  readonly id: number;
  readonly cause: Cause;
}

export type Cause =
  | { readonly kind: "frame"; readonly flow: string; readonly phone: string; readonly wire: Wire }
  | { readonly kind: "timer"; readonly timer: AnyQueued }
  | { readonly kind: "disconnect"; readonly flow: string };

/** The timer of a response context in the queue. */
export type QueuedTimer = TransactionTimer & Queued;

/** A message of the queue. */
export type AnyQueued = QueuedTimer | (Exclude<Timer, TransactionTimer | LoginTimer> & Queued);

interface Queued {
  readonly delaySeconds: number;
  readonly id: number;
  /** When it is due, in milliseconds. */
  readonly dueAt: number;
  /**
   * Length of the chain of timers set by timers, this one included, which the platform's recursion detection counts.
   */
  readonly chain: number;
}

export type Deed =
  | { readonly kind: "opened"; readonly flow: string; readonly phone: string }
  /** The client's end is closed; the gateway need not know. */
  | { readonly kind: "dropped"; readonly flow: string; readonly phone: string }
  /** The gateway knows: posts get 410 from now on. */
  | { readonly kind: "closed"; readonly flow: string; readonly phone: string }
  | { readonly kind: "sent"; readonly flow: string; readonly phone: string; readonly wire: Wire }
  | {
      readonly kind: "arrived";
      readonly flow: string;
      readonly phone: string;
      readonly wire: Wire;
      readonly by: Invocation;
    }
  /** Accepted by the gateway, or sent by the phone, and lost. */
  | {
      readonly kind: "swallowed";
      readonly flow: string;
      readonly phone: string;
      readonly wire: Wire;
      readonly by?: Invocation;
    }
  | { readonly kind: "woken"; readonly by: Invocation }
  /** From here to "committed" a decision is being written. */
  | { readonly kind: "deciding"; readonly by: Invocation }
  | { readonly kind: "stored"; readonly by: Invocation; readonly change: Change }
  | {
      readonly kind: "refused";
      readonly by: Invocation;
      readonly change: Change;
      readonly why: "conflict" | "no reason" | "doubt";
    }
  | { readonly kind: "committed"; readonly by: Invocation; readonly result: "committed" | "conflict" }
  | { readonly kind: "setting timers"; readonly by: Invocation }
  | { readonly kind: "queued"; readonly by: Invocation; readonly timer: AnyQueued }
  | { readonly kind: "timers set"; readonly by: Invocation }
  /** Handed to the network, and visible from here on. */
  | { readonly kind: "posting"; readonly by: Invocation; readonly flow: string; readonly wire: Wire }
  | {
      readonly kind: "posted";
      readonly by: Invocation;
      readonly flow: string;
      readonly wire: Wire;
      readonly result: "delivered" | SendFailure;
    }
  | { readonly kind: "closing"; readonly by: Invocation; readonly flow: string }
  /** A request to the media endpoint of an HTTP callee, and the result that the Lambda gets. */
  | { readonly kind: "asking"; readonly by: Invocation; readonly request: HttpRequest }
  | { readonly kind: "asked"; readonly by: Invocation; readonly request: HttpRequest; readonly result: HttpResult }
  /** At the endpoint; `session` is the tag of the session that the request is about. */
  | { readonly kind: "session opened"; readonly by: Invocation; readonly session: string; readonly url: string }
  | { readonly kind: "session ended"; readonly by: Invocation; readonly session: string; readonly ended: string }
  /** A push notification handed to its service, and the answer that the Lambda gets. */
  | { readonly kind: "pushing"; readonly by: Invocation; readonly push: Push }
  | {
      readonly kind: "pushed";
      readonly by: Invocation;
      readonly push: Push;
      readonly result: "delivered" | PushFailure;
    }
  /** The phone shows it. */
  | { readonly kind: "notified"; readonly phone: string; readonly push: Push }
  | { readonly kind: "replied"; readonly by: Invocation; readonly flow: string; readonly wire: Wire }
  | { readonly kind: "died"; readonly by: Invocation; readonly where: string }
  /** It threw; where a sender waits for a response, the Lambda still sent one. */
  | { readonly kind: "broke down"; readonly by: Invocation; readonly error: unknown }
  /** A look, or the decision about a push that failed, met an error: it was logged, and the Lambda went on. */
  | { readonly kind: "gave up"; readonly by: Invocation; readonly what: "push" | "look"; readonly error: unknown }
  | { readonly kind: "done"; readonly by: Invocation }
  | { readonly kind: "dead letter"; readonly timer: AnyQueued }
  | PhoneDeed;

/** Actions and states of a phone, as its user would describe them. */
export type PhoneDeed =
  | {
      readonly kind: "phone";
      readonly phone: string;
      readonly does: "registered";
      readonly flow: string;
      readonly until: number;
    }
  | {
      readonly kind: "phone";
      readonly phone: string;
      readonly does: "vanishes" | "forgets everything" | "unregisters" | "sleeps";
    }
  | {
      readonly kind: "phone";
      readonly phone: string;
      readonly does: CallDeed;
      readonly callId: string;
      readonly branch: string;
      readonly status?: number;
    };

export type CallDeed =
  /** The caller's side of one INVITE transaction. */
  | "invites"
  | "gets a final answer"
  | "waits no longer"
  | "wants to cancel"
  /** The callee's side. */
  | "rings"
  | "answers"
  | "refuses"
  | "is cancelled"
  | "got its ACK"
  | "waits for no ACK"
  /** Either side of a dialog. */
  | "hangs up"
  | "could not hang up"
  | "was hung up on";

export type Fact = Deed & {
  /** Milliseconds since the run began. */
  readonly at: number;
  /** Position in the record. */
  readonly order: number;
};

export type FactOf<K extends Fact["kind"]> = Extract<Fact, { kind: K }>;

export interface Record {
  readonly facts: readonly Fact[];
  add(deed: Deed): void;
}

export function createRecord(now: () => number): Record {
  const facts: Fact[] = [];
  return { facts, add: (deed) => void facts.push({ ...deed, at: now(), order: facts.length }) };
}

/** The facts of each kind, in their order: most rules are about a few kinds. */
export function byKind(facts: readonly Fact[]): <K extends Fact["kind"]>(kind: K) => readonly FactOf<K>[] {
  const lists: FactsByKind = {};
  for (const fact of facts) addTo(lists, fact.kind, fact);
  return (kind) => lists[kind] ?? [];
}

type FactsByKind = { [K in Fact["kind"]]?: FactOf<K>[] };

function addTo<K extends Fact["kind"]>(lists: FactsByKind, kind: K, fact: FactOf<K>): void {
  const list: FactOf<K>[] | undefined = lists[kind];
  if (list === undefined) Object.assign(lists, { [kind]: [fact] });
  else list.push(fact);
}

/** A handler for facts of some kinds. */
export type Visitor = { readonly [K in Fact["kind"]]?: (fact: FactOf<K>) => void };

export function visit(facts: readonly Fact[], visitor: Visitor): void {
  for (const fact of facts) visitOne(fact.kind, fact, visitor);
}

function visitOne<K extends Fact["kind"]>(kind: K, fact: FactOf<K>, visitor: Visitor): void {
  visitor[kind]?.(fact);
}
