// The inputs of a deployment: a message, a closed connection, a due timer. Each is decided on, stored, made visible and logged.
import { answerFailure, flowClosed, parse, receive, type ServerFailure, timerDue } from "../sip/stack.ts";
import type { Send } from "../sip/effect.ts";
import type { Timer } from "../sip/timer.ts";
import { serialize } from "../sip/syntax/serialize.ts";
import type { WebSocketMessage } from "../sip/transport/web-socket-message.ts";
import { createAdmission } from "./admission.ts";
import { type Decide, withKeys } from "./decide.ts";
import { type Arrival, newInput, writeLines } from "./input.ts";
import { subjectOf, timerSubject } from "./log-line.ts";
import { reasonFields } from "./observe.ts";
import type { Ports } from "./ports.ts";
import { createSettling } from "./settle.ts";

export interface Signaling {
  /**
   * Takes one message; the result is the one message for the same flow, if there is one. Rejects with an {@link AnsweredError} if
   * the sender has its final response already, or gets it from a timer.
   */
  receive(message: WebSocketMessage): Promise<string | undefined>;
  /** The response to a message for which `receive` failed: its sender must not wait for one that never comes. */
  answerFailure(message: WebSocketMessage, why: ServerFailure): string | undefined;
  /** The flow has closed: its bindings end. */
  flowClosed(flow: string): Promise<void>;
  /** A due timer. Rejects if it could not be settled: the queue delivers it again. */
  timerDue(timer: Timer): Promise<void>;
}

export function createSignaling(ports: Ports): Signaling {
  const admission = createAdmission(ports);
  const { settle } = createSettling(ports, admission);

  /** The lines are written at the end, in the order of the decisions, so that they can tell the cost of all of them. */
  async function observed(arrival: Arrival, decide: Decide): Promise<Send | undefined> {
    const input = newInput(arrival, 0);
    try {
      return await settle(decide, input);
    } finally {
      writeLines(input, ports);
    }
  }

  return {
    async receive(message) {
      const admitted = await admission.admit(message);
      if (admitted !== "decide") return admitted.reply;
      const parsed = parse(message, ports.platform);
      const decide = withKeys(ports, async (world) =>
        admission.countUnreadable(message, await receive(message, parsed, world)),
      );
      const input = { subject: subjectOf(message, parsed), waking: message.flow };
      const answer = await observed(input, decide);
      return answer && serialize(answer.message);
    },
    answerFailure(message, why) {
      const { name, fields } = subjectOf(message);
      ports.observe(name, { ...fields, ...reasonFields({ code: why }) });
      const answer = answerFailure(message, why);
      return answer && serialize(answer);
    },
    async flowClosed(flow) {
      const subject = { name: "disconnected", fields: { flow } };
      await observed({ subject }, (world) => flowClosed(flow, world));
    },
    async timerDue(timer) {
      const decide: Decide = (world) => timerDue(timer, world, () => ports.keys());
      await observed({ subject: timerSubject(timer), links: (timer.links ?? 0) + 1 }, decide);
    },
  };
}
