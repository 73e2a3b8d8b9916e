// Before a message is read or decided on: rate limits and keep-alives. A rejected message reads, stores and posts nothing.
import { createRateLimiter, type RateLimiter, type Scope } from "../sip/limits/rate-limiter.ts";
import type { Outcome } from "../sip/outcome.ts";
import type { ReasonCode } from "../sip/reasons.ts";
import type { Snapshot } from "../sip/state/snapshot.ts";
import type { Change } from "../sip/state/change.ts";
import { answerFailure } from "../sip/stack.ts";
import { serialize } from "../sip/syntax/serialize.ts";
import { answerKeepAlive } from "../sip/transport/keep-alive.ts";
import type { WebSocketMessage } from "../sip/transport/web-socket-message.ts";
import { subjectOf } from "./log-line.ts";
import { reasonFields } from "./observe.ts";
import type { Ports } from "./ports.ts";

/** "decide" lets the message in; otherwise the reply, if there is one, is all that happens. */
export type Admitted = "decide" | { readonly reply?: string };

export interface Admission {
  admit(message: WebSocketMessage): Promise<Admitted>;
  /** The outcome, with the flow's closing where it has sent too many messages that cannot be read. */
  countUnreadable(message: WebSocketMessage, outcome: Outcome): Outcome;
  /** Flows that were read or written name their user, so that traffic is counted by AOR without a read of its own. */
  learn(records: Snapshot["flows"]): void;
  learnFrom(changes: readonly Change[]): void;
}

const UNREADABLE: ReadonlySet<ReasonCode | undefined> = new Set<ReasonCode>(["unreadable", "unanswerable"]);

/** The counters live as long as the process. */
export function createAdmission(ports: Pick<Ports, "settings" | "now" | "close" | "observe">): Admission {
  const limiter: RateLimiter = createRateLimiter(ports.settings.rates);

  /** A flood is not logged line by line: only the first rejection of a flow is. */
  async function reject(message: WebSocketMessage, over: Scope, isLogged: boolean): Promise<Admitted> {
    if (isLogged) report(message, "rate-limited", over);
    const answer = answerFailure(message, "rate-limited");
    return answer === undefined ? {} : { reply: serialize(answer) };
  }

  function report(message: WebSocketMessage, code: ReasonCode, over: Scope): void {
    const { name, fields } = subjectOf(message);
    ports.observe(name, { ...fields, ...reasonFields({ code, detail: `by ${over}` }) });
  }

  return {
    async admit(message) {
      const verdict = limiter.admit(message, ports.now());
      if (verdict.kind === "reject") return reject(message, verdict.over, verdict.isFirst);
      if (verdict.kind === "close") {
        report(message, "closed-over-rate", verdict.over);
        await ports.close(message.flow);
        return {};
      }
      const pong = answerKeepAlive(message.text);
      if (pong === undefined) return "decide";
      return pong === "" ? {} : { reply: pong };
    },
    countUnreadable(message, outcome) {
      if (!UNREADABLE.has(outcome.reason?.code)) return outcome;
      if (limiter.countUnreadable(message, ports.now()) === "tolerated") return outcome;
      const close = { kind: "close", flow: message.flow } as const;
      return { ...outcome, effects: [...outcome.effects, close], reason: { code: "closed-unreadable" } };
    },
    learn(records) {
      for (const { flow, identity } of records) limiter.learn(flow, identity);
    },
    learnFrom(changes) {
      for (const change of changes) {
        if (change.kind === "flow") limiter.learn(change.record.flow, change.record.identity);
      }
    },
  };
}
