// Flow recovery (RFC 5626 §4.5) of a ringing phone: one that came back on another flow has forgotten the INVITE and is
// rung again.
import { whereIs } from "../location/reachability.ts";
import type { World } from "../world.ts";
import { targetOf } from "./determine-targets.ts";
import { isPending, readForwarded, withBranchChange } from "./response-context.ts";
import { ring } from "./start-group.ts";
import type { Transition } from "./transition.ts";

/** @param message the request as it rode along with the timer */
export async function ringReturned(
  transition: Transition,
  message: string | undefined,
  world: World,
): Promise<Transition> {
  const forwarded = message === undefined ? undefined : readForwarded(message);
  if (forwarded === undefined) return transition;
  let after = transition;
  for (const [index, branch] of transition.context.branches.entries()) {
    const found = isPending(branch) ? await whereIs(branch.target, world) : "there";
    const { aor } = branch.target;
    if (found === "there" || found === "gone" || aor === undefined) continue;
    after = ring(withoutBranch(after, index), [targetOf(found, { aor })], forwarded, world);
  }
  return after;
}

/** The old branch ends; a late response to it is still passed on. */
function withoutBranch(transition: Transition, index: number): Transition {
  return { ...transition, context: withBranchChange(transition.context, index, () => ({ state: "terminated" })) };
}
