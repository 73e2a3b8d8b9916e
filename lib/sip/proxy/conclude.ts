// RFC 3261 §16.7 steps 6 to 9: once no branch can answer any more, the next targets are rung, or the best response goes to
// the caller.
import { send } from "../effect.ts";
import { isPending, type ResponseContext } from "../state/response-context.ts";
import type { SipResponse } from "../syntax/message.ts";
import { serialize } from "../syntax/serialize.ts";
import { inviteServer, type InviteServerInput } from "../transaction/invite-server.ts";
import { step } from "../transaction/machine.ts";
import { nonInviteServer } from "../transaction/non-invite-server.ts";
import { isOwnStatus } from "../uas/reason-phrase.ts";
import type { World } from "../world.ts";
import { type Best, bestBranch, withAllChallenges } from "./best-response.ts";
import { leanText } from "./lean-response.ts";
import { answer, isInvite, rememberedRequest, sendAnswer } from "./response-context.ts";
import { ringNext } from "./ring-targets.ts";
import type { Transition } from "./transition.ts";

export function conclude(transition: Transition, world: World): Transition {
  const { context, responses } = transition;
  if (context.state !== "proceeding" || context.branches.some(isPending)) return transition;
  const best = bestBranch(context, responses);
  const isOver = context.isCancelled || (best !== undefined && best.status >= 600);
  const message = isOver || context.waiting.length === 0 ? undefined : rememberedRequest(context);
  if (message !== undefined) return ringNext(transition, message, world);
  if (best === undefined) return transition;

  const inOrder = [...responses].toSorted(([a], [b]) => a - b).map(([_index, response]) => response);
  return toCaller(transition, "user 3xx-6xx", withAllChallenges(bestResponse(transition, best), best, inOrder));
}

/** §16.7 step 6: a 503 becomes 500, because the caller must not take this server for the overloaded one. */
function bestResponse({ context, responses }: Transition, { index, status }: Best): SipResponse {
  if (status === 503) return answer(context, 500);
  return responses.get(index) ?? { ...answer(context, isOwnStatus(status) ? status : 480), status };
}

/** Sends a response up if the server machine lets it through, and stores a refusal for retransmitted requests. */
export function toCaller(transition: Transition, input: InviteServerInput, response: SipResponse): Transition {
  const { context, sends } = transition;
  const next = step(isInvite(context) ? inviteServer : nonInviteServer, context.state, input);
  if (!next?.actions.includes("send")) return transition;
  const after = next.state === context.state ? context : { ...context, state: next.state };
  return {
    ...transition,
    context: response.status < 200 ? after : withFinalAnswer(after, response),
    sends: [...sends, response.status < 200 ? send(context.caller, response) : sendAnswer(context, response)],
  };
}

/** A 2xx to INVITE is not stored: its callee repeats it. The provisional response is not needed any more. */
function withFinalAnswer(context: ResponseContext, response: SipResponse): ResponseContext {
  const { provisional: _provisional, ...rest } = context;
  if (response.status < 300 && isInvite(context)) return rest;
  return { ...rest, final: leanText(response) ?? serialize(placeholder(context, response)) };
}

/** Stands in for a response too long to be stored. */
function placeholder(context: ResponseContext, { status }: SipResponse): SipResponse {
  return { ...answer(context, isOwnStatus(status) ? status : 500), status };
}
