// When a server may do one thing or another: whatever comes first, and nothing else is taken.
import { Failed } from "../check.ts";
import { callIdOf, type SipMessage, type SipRequest, type SipResponse } from "../sip/message.ts";
import type { Phone } from "./phone.ts";
import type { Transaction } from "./transaction.ts";

const POLL_MS = 5;

/** The index of the first condition that comes true, undefined if the time passes first. */
export async function firstWithin(
  timeoutMs: number,
  ...conditions: readonly (() => boolean)[]
): Promise<number | undefined> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = conditions.findIndex((holds) => holds());
    if (found >= 0) return found;
    if (performance.now() > deadline) return undefined;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The same, and fails if the time passes first: `what` names the missing event. */
export async function firstOf(
  what: string,
  timeoutMs: number,
  ...conditions: readonly (() => boolean)[]
): Promise<number> {
  const found = await firstWithin(timeoutMs, ...conditions);
  if (found === undefined) throw new Failed(`${what} within ${timeoutMs} ms`);
  return found;
}

/** The server's own answer to a request, or the request as it reached one of the phones. */
export async function answerOrArrival(
  transaction: Transaction,
  timeoutMs: number,
  ...phones: readonly Phone[]
): Promise<SipResponse | { readonly kind: "request"; readonly request: SipRequest; readonly phone: Phone }> {
  const { method, callId } = transaction.sent;
  const isArrival = (message: SipMessage): boolean =>
    message.kind === "request" && message.method === method && callIdOf(message) === callId;
  const hasAnswer = (): boolean => transaction.hasFinal();
  const arrivals = phones.map((phone) => (): boolean => phone.inbox.has(isArrival));
  const index = await firstOf(
    `neither an answer to ${method} came nor the request itself`,
    timeoutMs,
    hasAnswer,
    ...arrivals,
  );
  const phone = phones[index - 1];
  if (phone === undefined) return transaction.final();
  return { kind: "request", request: await phone.incoming(method, callId), phone };
}
