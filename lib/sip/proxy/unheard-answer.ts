// A final response to an INVITE that could not be delivered. A refusal is sent once, and a 2xx is repeated by its callee
// (RFC 3261 §13.3.1.4) only until that loses its own connection. So a response whose caller has no connection at the moment is
// kept with the context, and timers look for the caller; a refusal whose post failed is sent again by a timer. However late a
// caller comes back, a 2xx is never followed by a refusal: an earlier copy of the 2xx may have reached it, and its ACK may be
// what was lost.
import type { Send, SendFailure } from "../effect.ts";
import { whereIs } from "../location/reachability.ts";
import { nothing, type Outcome } from "../outcome.ts";
import { MAX_UNHEARD } from "../policy/sizes.ts";
import { RETURN_SECONDS, TIMEOUT_SECONDS } from "../policy/timers.ts";
import type { ResponseContext } from "../state/response-context.ts";
import { storedContext } from "../state/snapshot.ts";
import { unlimited } from "../syntax/limits.ts";
import type { SipResponse } from "../syntax/message.ts";
import { parseMessage } from "../syntax/parse.ts";
import { serialize } from "../syntax/serialize.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { World } from "../world.ts";
import { finalAgain, sendAnswer } from "./response-context.ts";
import { type Transition, unchanged, withTimer } from "./transition.ts";
import { outcomeOf } from "./transition-outcome.ts";

/** The caller is on no flow. The first copy is kept; a repetition changes nothing. */
export async function keepUnheard(id: string, response: SipResponse, world: World): Promise<Outcome> {
  const context = storedContext(await world.read({ contexts: [id] }), id);
  const unheard = context?.unheard === undefined && context && unheardIn(context, response, world.now);
  if (!unheard) return nothing("undeliverable", "gone");
  return outcomeOf(context, withTimer(unchanged({ ...context, unheard }), RETURN_SECONDS, world), "answer-unheard");
}

/**
 * The caller's flow is there and the post failed: a timer sends a refusal again. The call may have no other timer left. A 2xx
 * is repeated by its callee, which is sooner.
 */
export async function repeatLater(id: string, failure: SendFailure, world: World): Promise<Outcome> {
  const context = storedContext(await world.read({ contexts: [id] }), id);
  const undelivered = nothing("undeliverable", failure);
  const isRefused = context?.state === "completed" && context.unheard === undefined;
  if (!isRefused || context.epoch >= LAST_EPOCH) return undelivered;
  return { ...undelivered, ...outcomeOf(context, withTimer(unchanged(context), RETURN_SECONDS, world)) };
}

/** A refusal is stored already. Undefined for a response that another one has overtaken. */
function unheardIn({ state }: ResponseContext, response: SipResponse, since: number): ResponseContext["unheard"] {
  if (state === "completed" && response.status >= 300) return { since, isSent: false };
  const text = serialize(response);
  const isKept = state === "accepted" && response.status < 300 && text.length <= MAX_UNHEARD;
  return isKept ? { response: text, since, isSent: false } : undefined;
}

/** A repetition found the caller on another flow, so what was kept is not needed any more. */
export function heardOn(flow: FlowId, { unheard: _heard, ...context }: ResponseContext): ResponseContext {
  return { ...context, caller: { ...context.caller, flow } };
}

/** The timer of a context with a kept response, which goes out twice: a process may end before it has sent the first. */
export async function answerUnheard(begun: Transition, world: World): Promise<Outcome> {
  const { context } = begun;
  const { unheard, caller } = context;
  if (unheard === undefined) return nothing("timer-after-end");
  const found = await whereIs(caller, world);
  if (found === "gone") return lookAgain(begun, world.now - unheard.since, world);

  const there = found === "there" ? context : { ...context, caller: { ...caller, flow: found.flow } };
  const sends = [...begun.sends, ...keptIn(there)];
  if (unheard.isSent) {
    return outcomeOf(context, { ...begun, context: heardOn(there.caller.flow, there), sends }, "caller-returned");
  }
  const sent = { ...begun, context: { ...there, unheard: { ...unheard, isSent: true } }, sends };
  return outcomeOf(context, withTimer(sent, RETURN_SECONDS, world), "caller-returned");
}

function keptIn(context: ResponseContext): readonly Send[] {
  const text = context.unheard?.response;
  if (text === undefined) return finalAgain(context);
  const parsed = parseMessage(text, unlimited);
  return parsed.ok && parsed.message.kind === "response" ? [sendAnswer(context, parsed.message)] : [];
}

/** After 7, 14, 28 seconds and so on: soon, because a callee waits 32 s for its ACK. */
function lookAgain(begun: Transition, elapsed: number, world: World): Outcome {
  const { context } = begun;
  const delay = Math.max(RETURN_SECONDS, elapsed);
  const longest = context.state === "accepted" ? LONGEST_CALL : TIMEOUT_SECONDS;
  if (delay > longest || context.epoch >= LAST_EPOCH) return outcomeOf(context, begun, "caller-away");
  return outcomeOf(context, withTimer(begun, delay, world), "caller-away");
}

/** Lambda takes 16 timers in a row for a loop. */
const LAST_EPOCH = 14;

/**
 * Seconds. The pauses together are longer than a call rings: an answered call justifies more looks than a refused one.
 */
const LONGEST_CALL = 160;
