// Ends that lost their connection while a call rings. A caller that is gone for good wants the call no more; a phone that
// came back on another flow has forgotten that it rang, and is rung again.
import { deviceOf, liveBindings } from "../state/registration.ts";
import type { End } from "../transport/endpoint.ts";
import type { World } from "../world.ts";
import { type Target, targetOf } from "./determine-targets.ts";
import { readForwarded } from "./remembered-message.ts";
import { type ClientBranch, isPending, type Progress } from "./response-context.ts";
import { ring } from "./start-group.ts";

/** Neither on the flow it called from nor registered on another. */
export async function hasVanished({ flow, aor, instance }: End, world: World): Promise<boolean> {
  if (aor === undefined) return false; // nothing is known of it, so nothing can be missing
  const seen = await world.look({ flow, registration: aor });
  if (seen.flow !== undefined && seen.flow.expiresAt > world.now) return false;
  return !liveBindings(seen.registration, world.now).some(
    (binding) => binding.flow === flow || deviceOf(binding) === instance,
  );
}

/** Rings phones that came back, with the request as it rode along with the timer. */
export async function ringReturned(progress: Progress, message: string | undefined, world: World): Promise<Progress> {
  const forwarded = message === undefined ? undefined : readForwarded(message);
  let after = progress;
  for (const [index, branch] of progress.context.branches.entries()) {
    const found = isPending(branch) ? await whereIs(branch, world) : "there";
    if (found === "there" || found === "gone" || forwarded === undefined) continue;
    after = ring(withoutBranch(after, index), [found], forwarded, world);
  }
  return after;
}

async function whereIs({ target }: ClientBranch, world: World): Promise<"there" | "gone" | Target> {
  const { aor, flow, instance } = target;
  if (aor === undefined) return "there";
  const { registration } = await world.look({ registration: aor });
  const live = liveBindings(registration, world.now);
  if (live.some((binding) => binding.flow === flow)) return "there";
  const back = live.find((binding) => deviceOf(binding) === instance);
  return back === undefined ? "gone" : targetOf(back, { aor });
}

/** The old branch says no more; a late answer to it is still passed on. */
function withoutBranch(progress: Progress, index: number): Progress {
  const { context } = progress;
  const branches = context.branches.map(
    (branch, at): ClientBranch => (at === index ? { ...branch, state: "terminated" } : branch),
  );
  return { ...progress, context: { ...context, branches } };
}
