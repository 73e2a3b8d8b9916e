// Observation for log, metrics and records: an input and its outcome become lines. No other file writes about messages.
import type { Outcome, Send } from "../sip/outcome.ts";
import { type Reason, sentenceOf } from "../sip/reasons.ts";
import type { ResponseContext } from "../sip/state/response-context.ts";
import { headers } from "../sip/syntax/message.ts";
import { type LogSubject, titleOf } from "./log-line.ts";

/** Writes one line. Fields are JSON values. */
export type Observer = (name: string, fields: Readonly<Record<string, unknown>>) => void;

/** One line about an input, the messages sent for it, the call it belongs to, and the reason. */
export function observeOutcome(observe: Observer, subject: LogSubject, { changes, effects, reason }: Outcome): void {
  const sends = effects.filter((effect) => effect.kind === "send");
  const context = changes.find((change) => change.kind === "context")?.context;
  observe(subject.name, {
    ...subject.fields,
    ...(sends.length > 0 && { sent: sends.map(({ to, message }) => `${titleOf(message)} > ${to.flow}`) }),
    ...(context && context.branches.length > 0 && { devices: context.branches.length }),
    ...forwardingIn(sends, context),
    ...(reason && reasonFields(reason)),
    ...(reason && LOGIN_REASONS.has(reason.code) && subject.user && { user: { name: subject.user() } }),
  });
}

/** Reasons for which the name that a client gave is worth a search. */
const LOGIN_REASONS: ReadonlySet<string> = new Set(["login-failed", "login-locked"]);

/** The latest forwarding of a call that this outcome rings: its Diversion (RFC 5806), as `call-forwarding.ts` wrote it. */
function forwardingIn(sends: readonly Send[], context: ResponseContext | undefined): { readonly forwarded?: string } {
  if (context === undefined) return {};
  const requests = sends.map(({ message }) => message).filter((message) => message.kind === "request");
  const invite = requests.find(({ method }) => method === "INVITE");
  const [diversion = ""] = invite === undefined ? [] : headers(invite, "diversion");
  const [, from, reason] = DIVERSION.exec(diversion) ?? [];
  return from === undefined ? {} : { forwarded: `${from} ${reason}` };
}

const DIVERSION = /^<([^>]{1,120})>;reason=([\w-]{1,20});counter=1$/;

/** The code can be counted, the sentence read. */
export function reasonFields(reason: Reason): { readonly reason: string; readonly because: string } {
  return { reason: reason.code, because: sentenceOf(reason) };
}
