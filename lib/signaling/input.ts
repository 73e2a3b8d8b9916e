// The input that is being settled: its decisions so far, and the rows that they read. Its log lines are written from them at
// the end.
import type { Outcome } from "../sip/outcome.ts";
import type { TimerRequest } from "../sip/timer.ts";
import type { Registration } from "../sip/state/registration.ts";
import type { ResponseContext } from "../sip/state/response-context.ts";
import { type LogSubject, withCallId } from "./log-line.ts";
import { type Incidents, observeOutcome } from "./observe.ts";
import type { Ports } from "./ports.ts";

export interface Input {
  readonly subject: LogSubject;
  /** The flow whose message woke the process, if one did. */
  readonly waking?: string | undefined;
  /** Failed deliveries and requests to endpoints that led here, one from another. */
  readonly depth: number;
  /** Timers that led here, one set by the other. */
  readonly links: number;
  /** Decisions about the input so far. */
  readonly outcomes: Outcome[];
  /** The contexts and registrations that were read for it. */
  readonly contexts: ResponseContext[];
  readonly registrations: Registration[];
  readonly incidents: { -readonly [Name in keyof Incidents]: Incidents[Name] };
  /** Inputs that came of it: the work of HTTP callees. */
  readonly inner: Input[];
  /** Of the whole input. */
  readonly sender: Sender;
}

/** The phone whose message woke the process. */
interface Sender {
  readonly flow: string | undefined;
  /** It got a final response. */
  isAnswered: boolean;
}

export type Arrival = Pick<Input, "subject" | "waking"> & Partial<Pick<Input, "links">>;

export function newInput(
  arrival: Arrival,
  depth: number,
  sender: Sender = { flow: arrival.waking, isAnswered: false },
): Input {
  const incidents = { conflicts: 0, gone: 0 };
  return { links: 0, ...arrival, depth, outcomes: [], contexts: [], registrations: [], incidents, inner: [], sender };
}

/** Timers that the input sets. Lambda takes too many in a row for an endless loop, so the decisions learn their number. */
export function linked(timers: readonly TimerRequest[], { links }: Pick<Input, "links">): readonly TimerRequest[] {
  return links === 0 ? timers : timers.map((timer) => ({ ...timer, links }));
}

/** One line for each decision about the input, in their order, with the cost of all of them. */
export function writeLines(
  { subject, contexts, registrations, incidents, outcomes, inner }: Input,
  ports: Pick<Ports, "now" | "observe">,
): void {
  const named = withCallId(subject, contexts[0]?.request);
  outcomes.forEach((outcome, index) => {
    const found = { registrations, now: ports.now(), ...(index === 0 && { incidents }) };
    observeOutcome(ports.observe, named, outcome, found);
  });
  for (const input of inner) writeLines(input, ports);
}
