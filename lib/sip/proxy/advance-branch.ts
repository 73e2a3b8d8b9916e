// What happens in a response context: one input to one client branch moves its machine (§17.1), which may move the
// server machine (§17.2), and what both want sent is collected.
import { type SipRequest, type SipResponse, valueOf } from "../syntax/message.ts";
import { parseMessage } from "../syntax/parse.ts";
import { serialize } from "../syntax/serialize.ts";
import { type ClientAction, type ClientInput, inviteClient } from "../transaction/invite-client.ts";
import { inviteServer, type InviteServerInput } from "../transaction/invite-server.ts";
import { step } from "../transaction/machine.ts";
import { nonInviteClient } from "../transaction/non-invite-client.ts";
import { nonInviteServer } from "../transaction/non-invite-server.ts";
import type { World } from "../world.ts";
import { bestBranch, withAllChallenges } from "./best-response.ts";
import { ackOf, cancelOf } from "./cancel-and-ack.ts";
import { leanText } from "./lean-response.ts";
import { rememberedMessage } from "./remembered-message.ts";
import {
  answer,
  type ClientBranch,
  isInvite,
  isPending,
  type Progress,
  type ResponseContext,
  TIMEOUT_SECONDS,
  withTimer,
} from "./response-context.ts";
import { startGroup } from "./start-group.ts";

/** A response without our Via. `counts` is what it comes to where a policy of ours makes something else of it. */
export interface Received {
  readonly response: SipResponse;
  readonly counts?: SipResponse;
}

/** The same progress object if the branch ignores the input. */
export function feedBranch(
  progress: Progress,
  index: number,
  input: ClientInput,
  world: World,
  received?: Received,
): Progress {
  const branch = progress.context.branches[index];
  if (branch === undefined) return progress;
  const machine = isInvite(progress.context) ? inviteClient : nonInviteClient;
  const next = step(machine, branch.state, input);
  if (next === undefined) return progress;

  let after = branch.state === next.state ? progress : withBranch(progress, index, { state: next.state });
  for (const action of next.actions) after = carryOut(action, after, index, world, received);
  return after;
}

function carryOut(
  action: ClientAction,
  progress: Progress,
  index: number,
  world: World,
  received: Received | undefined,
): Progress {
  const { context } = progress;
  switch (action) {
    case "pass up":
      return received === undefined ? progress : passUp(progress, index, received, world);
    case "send ack":
      return received === undefined
        ? progress
        : toCallee(progress, index, ackOf(context, index, received.response, world));
    case "hold cancel":
      return withBranch(progress, index, { cancel: "wanted" });
    case "send cancel":
      return sendCancel(progress, index, world);
    case "cancel ringing":
      return cancelRinging(progress, index, world);
    case "report timeout":
      return reportTimeout(progress, index, received?.counts, world);
    case "report failure":
      if (received === undefined) return progress;
      if (received.counts !== undefined) return conclude(withFinal(progress, index, received.counts), world);
      return conclude(withBranch(progress, index, { failure: received.response.status }), world);
  }
}

/** §16.7 steps 4 to 9 for one response. */
function passUp(progress: Progress, index: number, { response, counts }: Received, world: World): Progress {
  const { status } = response;
  if (status < 200) return passProvisional(progress, index, response, world);
  if (status < 300) {
    const answered = withBranch(progress, index, { status });
    return cancelPending(toCaller(answered, "user 2xx", response), world);
  }
  const final = withFinal(progress, index, counts ?? response);
  return conclude(status >= 600 ? cancelPending(final, world) : final, world);
}

function withFinal(progress: Progress, index: number, response: SipResponse): Progress {
  const kept = leanText(response);
  return withBranch(progress, index, { status: response.status, ...(kept !== undefined && { response: kept }) });
}

function passProvisional(progress: Progress, index: number, response: SipResponse, world: World): Progress {
  const isUnwanted = progress.context.branches[index]?.cancel !== undefined;
  const freed = isUnwanted ? cancelRinging(progress, index, world) : progress;
  if (response.status === 100) return freed; // step 5: never a 100
  return toCaller(withProvisional(withTimerC(freed, world), response), "user 1xx", response);
}

/** §17.2.1: a repeated INVITE is answered with it. A status that was there before says nothing new, and costs no write. */
function withProvisional(progress: Progress, { status, reason, fields }: SipResponse): Progress {
  const { context } = progress;
  if (context.provisional?.status === status) return progress;
  const to = fields.find(({ name }) => name === "to");
  const provisional = { status, reason, to: to ? valueOf(to) : "" };
  if (reason.length + provisional.to.length > MAX_PROVISIONAL) return progress;
  return { ...progress, context: { ...context, provisional } };
}

/** Characters of reason and To: who answers with more is passed on, and not remembered. */
const MAX_PROVISIONAL = 1024;

/** §16.6 step 11: timer C is longer than this. What the deployment's setting has beyond it saves writes. */
const SHORTEST_TIMER_C_SECONDS = 180;

/** §16.7 step 2: a sign of ringing moves timer C on. */
function withTimerC(progress: Progress, { now, settings }: World): Progress {
  const { context } = progress;
  if (context.ringsUntil - now > SHORTEST_TIMER_C_SECONDS) return progress;
  const ringsUntil = now + settings.ringSeconds;
  const expiresAt = Math.max(context.expiresAt, ringsUntil + 3 * TIMEOUT_SECONDS);
  return { ...progress, context: { ...context, ringsUntil, expiresAt } };
}

/** RFC 4320 §4.2: nobody sends 408 for a non-INVITE, its sender has given up by itself. */
function reportTimeout(progress: Progress, index: number, counts: SipResponse | undefined, world: World): Progress {
  if (!isInvite(progress.context)) return conclude(progress, world);
  if (counts !== undefined) return conclude(withFinal(progress, index, counts), world);
  return conclude(withBranch(progress, index, { status: progress.context.isCancelled ? 487 : 408 }), world);
}

/** §16.7 step 10, §16.10: every branch that still may answer is told to stop. */
function cancelPending(progress: Progress, world: World): Progress {
  if (!isInvite(progress.context)) return progress;
  let after = progress;
  progress.context.branches.forEach((branch, index) => {
    if (isPending(branch) && branch.cancel === undefined) after = feedBranch(after, index, "cancel", world);
  });
  return after;
}

/** The caller does not want the call any more, or is gone (§16.10). If nobody rings just now, that is the end of it. */
export function cancelCall(progress: Progress, world: World, cancelReason?: string): Progress {
  const why = cancelReason === undefined ? {} : { cancelReason };
  const cancelled = { ...progress, context: { ...progress.context, isCancelled: true, waiting: [], ...why } };
  return cancelPending(cancelled, world);
}

/**
 * A branch that is to be cancelled rings. §9.1 allows the CANCEL from here on; one that was sent before may have been lost
 * with its process, and the same branch makes another one a repetition. Once the call is over the timers it had may all
 * have fired, so the first CANCEL brings one that repeats it.
 */
/* mutant: cancel ringing */ function cancelRinging(progress: Progress, index: number, world: World): Progress {
  const isFirst = progress.context.branches[index]?.cancel !== "sent";
  const cancelled = sendCancel(progress, index, world);
  return isFirst && progress.context.state !== "proceeding" ? withTimer(cancelled, TIMEOUT_SECONDS, world) : cancelled;
}

function sendCancel(progress: Progress, index: number, world: World): Progress {
  const asked =
    progress.context.branches[index]?.cancel === "sent" ? progress : withBranch(progress, index, { cancel: "sent" });
  return toCallee(asked, index, cancelOf(asked.context, index, world));
}

/** §16.7 steps 6 to 9: once no branch can answer any more, others are tried, or the best answer goes to the caller. */
/* mutant: conclude */ function conclude(progress: Progress, world: World): Progress {
  const { context } = progress;
  if (context.state !== "proceeding" || context.branches.some(isPending)) return progress;
  const best = bestBranch(context);
  const isOver = context.isCancelled || (best !== undefined && best.status >= 600);
  const message = isOver || context.waiting.length === 0 ? undefined : rememberedMessage(context);
  if (message !== undefined) return startGroup(progress, message, world);
  if (best === undefined) return progress;

  // §16.7 step 6: that another server is overloaded must not be taken for us being so.
  const status = best.status === 503 ? 500 : best.status;
  const received = best.status === 503 ? undefined : receivedResponse(best);
  const final = withAllChallenges(received ?? answer(context, status), best, context.branches.map(receivedResponse));
  const branches = context.branches.map(({ response: _forwarded, ...branch }) => branch);
  const { message: _message, contingency: _contingency, ...rest } = context;
  return toCaller({ ...progress, context: { ...rest, branches, waiting: [] } }, "user 3xx-6xx", final);
}

function receivedResponse({ response }: ClientBranch): SipResponse | undefined {
  const parsed = response === undefined ? undefined : parseMessage(response);
  return parsed?.ok && parsed.message.kind === "response" ? parsed.message : undefined;
}

/** Sends a response up if the server machine lets it through, and remembers a refusal for those who ask again. */
function toCaller(progress: Progress, input: InviteServerInput, response: SipResponse): Progress {
  const { context, sends } = progress;
  const next = step(isInvite(context) ? inviteServer : nonInviteServer, context.state, input);
  if (!next?.actions.includes("send")) return progress;
  const after = next.state === context.state ? context : { ...context, state: next.state };
  const { status } = response;
  const mayBeAskedFor = status >= 300 || (status >= 200 && !isInvite(context)); // a 2xx to INVITE its callee repeats
  const kept = mayBeAskedFor ? (leanText(response) ?? serialize(answer(context, status))) : undefined;
  return {
    ...progress,
    context: status < 200 ? after : withFinalAnswer(after, kept),
    sends: [...sends, { to: context.caller, message: response }],
  };
}

/** What was provisional is not asked for any more. */
function withFinalAnswer(context: ResponseContext, final: string | undefined): ResponseContext {
  const { provisional: _provisional, ...rest } = context;
  return final === undefined ? rest : { ...rest, final };
}

function toCallee(progress: Progress, index: number, message: SipRequest): Progress {
  const target = progress.context.branches[index]?.target;
  return target === undefined ? progress : { ...progress, sends: [...progress.sends, { to: target, message }] };
}

function withBranch(progress: Progress, index: number, change: Partial<ClientBranch>): Progress {
  const { context } = progress;
  const branches = context.branches.map((branch, at) => (at === index ? { ...branch, ...change } : branch));
  return { ...progress, context: { ...context, branches } };
}
