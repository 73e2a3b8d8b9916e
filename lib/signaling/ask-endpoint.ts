// The leg of an HTTP callee: its endpoint is asked, and the answer is decided on.
import { AnsweredError } from "../errors.ts";
import type { Effect, HttpRequest, HttpResult, Send } from "../sip/effect.ts";
import { httpAnswered, httpReceived, isHttpEnd } from "../sip/stack.ts";
import { type Settling, withKeys } from "./decide.ts";
import { type Input, newInput } from "./input.ts";
import { httpSubject, requestSubject } from "./log-line.ts";

/** Work of an HTTP callee: a message for it, or a request to its endpoint. */
export type AtEndpoint = Send | HttpRequest;

const NO_HTTP: HttpResult = { kind: "failed", why: "not allowed" };

export function isAtEndpoint(effect: Effect): effect is AtEndpoint {
  return effect.kind === "http" || (effect.kind === "send" && isHttpEnd(effect.to));
}

/**
 * A failure must not lead to a second final response. While an offer is at its endpoint, another process may have sent one,
 * and the timer of the session sees to one. Before that, only a CANCEL can have led to one.
 */
export async function askEndpoint(effect: AtEndpoint, input: Input, settling: Settling): Promise<Send | undefined> {
  try {
    return await asked(effect, input, settling);
  } catch (error) {
    const isOffer = effect.kind === "http" && effect.purpose === "open";
    if (!isOffer && !input.sender.isAnswered && !(await isOver(effect, settling))) throw error;
    throw new AnsweredError("failed after the response, or while a timer sees to it", { cause: error });
  }
}

/** Whether the INVITE of this branch has its final response, or is cancelled: its timer brings 487 (RFC 3261 §9.2). */
async function isOver(effect: AtEndpoint, { ports }: Settling): Promise<boolean> {
  const branch = effect.kind === "send" ? effect.branch : undefined;
  if (branch === undefined) return false;
  const snapshot = await ports.read({ contexts: [branch.context] }).catch(() => undefined);
  return snapshot?.contexts.some(({ state, isCancelled }) => state !== "proceeding" || isCancelled) === true;
}

/** An input of its own: its lines say what the endpoint was asked and answered. */
async function asked(
  effect: AtEndpoint,
  { waking, depth, links, inner, sender }: Input,
  { ports, settle }: Settling,
): Promise<Send | undefined> {
  const isMessage = effect.kind === "send";
  const result = isMessage ? undefined : ((await ports.http?.(effect)) ?? NO_HTTP);
  const subject = isMessage ? requestSubject(effect) : httpSubject(effect, result ?? NO_HTTP);
  const input = newInput({ subject, waking, links }, depth + 1, sender);
  inner.push(input);
  const decide = withKeys(ports, (world) =>
    isMessage ? httpReceived(effect, world) : httpAnswered(effect, result ?? NO_HTTP, world),
  );
  return settle(decide, input);
}
