// Observation for log, metrics and records: an outcome becomes a line. No other file writes about messages.
import type { Outcome } from "../sip/outcome.ts";
import { type Reason, sentenceOf } from "../sip/reasons.ts";
import { type LogSubject, titleOf } from "./log-line.ts";

/** Writes one line. Fields are JSON values. */
export type Observer = (name: string, fields: Readonly<Record<string, unknown>>) => void;

/** One line about an input, the messages sent for it, and the reason. */
export function observeOutcome(observe: Observer, { name, fields }: LogSubject, { effects, reason }: Outcome): void {
  const sent = effects
    .filter((effect) => effect.kind === "send")
    .map(({ to, message }) => `${titleOf(message)} > ${to.flow}`);
  observe(name, { ...fields, ...(sent.length > 0 && { sent }), ...(reason && reasonFields(reason)) });
}

/** The code can be counted, the sentence read. */
export function reasonFields(reason: Reason): { readonly reason: string; readonly because: string } {
  return { reason: reason.code, because: sentenceOf(reason) };
}
