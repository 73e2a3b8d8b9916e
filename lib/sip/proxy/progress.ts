// What happens in a response context: one input to one client branch moves its machine (§17.1), which may move the
// server machine (§17.2), and what both want sent is collected.
import { header, type SipRequest, type SipResponse } from "../syntax/message.ts";
import { parseMessage } from "../syntax/parse.ts";
import { serialize } from "../syntax/serialize.ts";
import { type ClientAction, type ClientInput, inviteClient } from "../transaction/invite-client.ts";
import { inviteServer, type InviteServerInput } from "../transaction/invite-server.ts";
import { step } from "../transaction/machine.ts";
import { nonInviteClient } from "../transaction/non-invite-client.ts";
import { nonInviteServer } from "../transaction/non-invite-server.ts";
import type { Send, World } from "../world.ts";
import { bestBranch } from "./best-response.ts";
import { ackOf, cancelOf } from "./hop-requests.ts";
import { answer, type ClientBranch, isPending, type ResponseContext } from "./response-context.ts";

export interface Progress {
  readonly context: ResponseContext;
  readonly sends: readonly Send[];
}

export function isInvite({ request }: ResponseContext): boolean {
  return request.startsWith("INVITE ");
}

/** The same progress object if the branch ignores the input. `response` comes without our Via. */
export function feedBranch(
  progress: Progress,
  index: number,
  input: ClientInput,
  world: World,
  response?: SipResponse,
): Progress {
  const branch = progress.context.branches[index];
  if (branch === undefined) return progress;
  const machine = isInvite(progress.context) ? inviteClient : nonInviteClient;
  const next = step(machine, branch.state, input);
  if (next === undefined) return progress;

  let after = branch.state === next.state ? progress : withBranch(progress, index, { state: next.state });
  for (const action of next.actions) after = carryOut(action, after, index, world, response);
  return after;
}

function carryOut(
  action: ClientAction,
  progress: Progress,
  index: number,
  world: World,
  response: SipResponse | undefined,
): Progress {
  const { context } = progress;
  switch (action) {
    case "pass up":
      return response === undefined ? progress : passUp(progress, index, response, world);
    case "send ack":
      return response === undefined ? progress : toCallee(progress, index, ackOf(context, index, response, world));
    case "hold cancel":
      return withBranch(progress, index, { cancel: "wanted" });
    case "send cancel":
      return sendCancel(progress, index, world);
    case "report timeout":
      return reportTimeout(progress, index);
    case "report failure":
      return response === undefined ? progress : conclude(withFinal(progress, index, response));
  }
}

/** §16.7 steps 4 to 9 for one response. */
function passUp(progress: Progress, index: number, response: SipResponse, world: World): Progress {
  const { status } = response;
  if (status < 200) return passProvisional(progress, index, response, world);
  if (status < 300) {
    const answered = withBranch(progress, index, { status });
    return cancelPending(toCaller(answered, "user 2xx", response), world);
  }
  const final = withFinal(progress, index, response);
  return conclude(status >= 600 ? cancelPending(final, world) : final);
}

function withFinal(progress: Progress, index: number, response: SipResponse): Progress {
  return withBranch(progress, index, { status: response.status, response: serialize(response) });
}

function passProvisional(progress: Progress, index: number, response: SipResponse, world: World): Progress {
  const isWanted = progress.context.branches[index]?.cancel === "wanted";
  const freed = isWanted ? sendCancel(progress, index, world) : progress;
  return response.status === 100 ? freed : toCaller(freed, "user 1xx", response); // step 5: never a 100
}

/** RFC 4320 §4.2: nobody sends 408 for a non-INVITE, its sender has given up by itself. */
function reportTimeout(progress: Progress, index: number): Progress {
  if (!isInvite(progress.context)) return conclude(progress);
  return conclude(withBranch(progress, index, { status: progress.context.isCancelled ? 487 : 408 }));
}

/** §16.7 step 10, §16.10: every branch that still may answer is told to stop. */
export function cancelPending(progress: Progress, world: World): Progress {
  if (!isInvite(progress.context)) return progress;
  let after = progress;
  progress.context.branches.forEach((branch, index) => {
    if (isPending(branch) && branch.cancel === undefined) after = feedBranch(after, index, "cancel", world);
  });
  return after;
}

function sendCancel(progress: Progress, index: number, world: World): Progress {
  if (progress.context.branches[index]?.cancel === "sent") return progress;
  const asked = withBranch(progress, index, { cancel: "sent" });
  return toCallee(asked, index, cancelOf(asked.context, index, world));
}

/** §16.7 steps 6 to 9: once no branch can answer any more, the best answer goes to the caller. */
function conclude(progress: Progress): Progress {
  const { context } = progress;
  if (context.state !== "proceeding" || context.branches.some(isPending)) return progress;
  const best = bestBranch(context.branches);
  if (best === undefined) return progress;

  // §16.7 step 6: that another server is overloaded must not be taken for us being so.
  const status = best.status === 503 ? 500 : best.status;
  const received = best.status === 503 ? undefined : receivedResponse(best);
  const branches = context.branches.map(({ response: _forwarded, ...branch }) => branch);
  return toCaller(
    { ...progress, context: { ...context, branches } },
    "user 3xx-6xx",
    received ?? answer(context, status),
  );
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
  const { status, reason } = response;
  const to = header(response, "to") ?? "";
  const after = next.state === context.state ? context : { ...context, state: next.state };
  return {
    context: status < 200 ? after : { ...after, final: { status, reason, to } },
    sends: [...sends, { to: context.caller, message: response }],
  };
}

function toCallee({ context, sends }: Progress, index: number, message: SipRequest): Progress {
  const target = context.branches[index]?.target;
  return target === undefined ? { context, sends } : { context, sends: [...sends, { to: target, message }] };
}

function withBranch({ context, sends }: Progress, index: number, change: Partial<ClientBranch>): Progress {
  const branches = context.branches.map((branch, at) => (at === index ? { ...branch, ...change } : branch));
  return { context: { ...context, branches }, sends };
}
