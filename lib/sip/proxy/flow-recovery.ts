// Ringing phones that lost their flow (RFC 5626 §4.5). One that came back on another flow has forgotten the INVITE and is
// rung again. One that is away at two looks in a row is given up, as if its target could not be reached (RFC 3261 §16.9).
import { whereIs } from "../location/reachability.ts";
import type { Binding } from "../state/registration.ts";
import { isPending } from "../state/response-context.ts";
import type { World } from "../world.ts";
import { advanceBranch } from "./advance-branch.ts";
import { onDeviceLost } from "./call-forwarding.ts";
import { targetOf } from "./determine-targets.ts";
import { answer, type ForwardedRequest, isRungOn, readForwarded, withBranchChange } from "./response-context.ts";
import { ring } from "./start-group.ts";
import type { Transition } from "./transition.ts";

/** @param message the request as it rode along with the timer */
export async function recoverFlows(
  transition: Transition,
  message: string | undefined,
  world: World,
): Promise<Transition> {
  const forwarded = message === undefined ? undefined : readForwarded(message);
  let after = transition;
  for (const [index, branch] of transition.context.branches.entries()) {
    if (!isPending(branch)) continue;
    const found = await whereIs(branch.target, world);
    if (found === "gone")
      after = branch.isLost === true ? await giveUp(after, index, world) : marked(after, index, true);
    else if (found !== "there") after = ringReturned(after, index, found, forwarded, world);
    else if (branch.isLost === true) after = marked(after, index, false);
  }
  return after;
}

function marked(transition: Transition, index: number, isLost: boolean): Transition {
  return { ...transition, context: withBranchChange(transition.context, index, () => ({ isLost })) };
}

async function giveUp(transition: Transition, index: number, world: World): Promise<Transition> {
  const response = answer(transition.context, 480);
  const { context, received } = await onDeviceLost(transition.context, index, response, world);
  return advanceBranch({ ...transition, context }, index, "flow lost", world, received);
}

function ringReturned(
  transition: Transition,
  index: number,
  back: Binding,
  forwarded: ForwardedRequest | undefined,
  world: World,
): Transition {
  const { context } = transition;
  const aor = context.branches[index]?.target.aor;
  if (forwarded === undefined || aor === undefined) return transition;
  // The old branch ends; a late response to it is still passed on.
  const ended = { ...transition, context: withBranchChange(context, index, () => ({ state: "terminated" })) };
  return isRungOn(back.flow, ended.context) ? ended : ring(ended, [targetOf(back, { aor })], forwarded, world);
}
