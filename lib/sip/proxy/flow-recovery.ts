// Ringing phones that lost their flow (RFC 5626 §4.5). One that came back on another flow has forgotten the INVITE and is
// rung again. One that is away at two looks in a row is given up, as if its target could not be reached (RFC 3261 §16.9).
// Other devices of the same users that have registered meanwhile join the ringing (`ring-on-return.ts`).
import { whereIn, type Whereabouts } from "../location/reachability.ts";
import type { Binding } from "../state/registration.ts";
import { isPending } from "../state/response-context.ts";
import type { World } from "../world.ts";
import { advanceBranch } from "./advance-branch.ts";
import { onDeviceLost } from "./call-forwarding.ts";
import { ringArrived, targetLike } from "./ring-on-return.ts";
import {
  answer,
  type ForwardedRequest,
  isRungOn,
  readForwarded,
  takesBranches,
  withBranchChange,
} from "./response-context.ts";
import { ring, ringWoken } from "./ring-targets.ts";
import { silentFrom } from "./timer-b.ts";
import type { Transition } from "./transition.ts";

/** @param message the request as it rode along with the timer */
export async function recoverFlows(
  transition: Transition,
  message: string | undefined,
  world: World,
): Promise<Transition> {
  const forwarded = message === undefined ? undefined : readForwarded(message);
  const pending = transition.context.branches.filter(isPending);
  const aors = pending.map(({ target }) => target.aor).filter((aor) => aor !== undefined);
  const snapshot = await world.read({ registrations: aors });
  let after = transition;
  for (const [index, branch] of transition.context.branches.entries()) {
    if (!isPending(branch)) continue;
    const found = whereIn(snapshot, branch.target, world.now);
    if (branch.state === "waking") after = await wakeOrGiveUp(after, index, found, forwarded, world);
    else if (found === "gone")
      after = branch.isLost === true ? await giveUp(after, index, world) : marked(after, index, true);
    else if (found !== "there" && !takesBranches(after.context)) after = await giveUp(after, index, world);
    else if (found !== "there") after = ringReturned(after, index, found, forwarded, world);
    else if (branch.isLost === true) after = marked(after, index, false);
  }
  const mayRing = forwarded !== undefined && takesBranches(after.context);
  return mayRing ? ringArrived(after, snapshot.registrations, forwarded, world) : after;
}

/** The device was asleep when the call came (RFC 8599 §5.6.2). */
async function wakeOrGiveUp(
  transition: Transition,
  index: number,
  found: Whereabouts,
  forwarded: ForwardedRequest | undefined,
  world: World,
): Promise<Transition> {
  const branch = transition.context.branches[index];
  if (branch === undefined || forwarded === undefined) return transition;
  if (typeof found === "object") return ringWoken(transition, index, targetLike(branch, found), forwarded, world);
  return silentFrom(branch) <= world.now ? giveUp(transition, index, world) : transition;
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
  const branch = context.branches[index];
  if (forwarded === undefined || branch === undefined) return transition;
  // The old branch ends; a late response to it is still passed on.
  const ended = { ...transition, context: withBranchChange(context, index, () => ({ state: "terminated" })) };
  return isRungOn(back.flow, ended.context) ? ended : ring(ended, [targetLike(branch, back)], forwarded, world);
}
