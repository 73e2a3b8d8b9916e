// A push that was not taken (RFC 8599 §5.6.2, RFC 8030 §8.4). An address that its service does not know any more is removed; a
// service that is busy is asked again when it says; otherwise the device counts as one that cannot be reached (RFC 3261 §16.9).
import type { Push, PushFailure } from "../effect.ts";
import { withoutAddress } from "../location/sleeping-devices.ts";
import { nothing, type Outcome } from "../outcome.ts";
import { MAX_PUSHES, WAKE_SECONDS } from "../policy/push.ts";
import { type Change, registrationChange } from "../state/change.ts";
import { registrationOf, storedContext } from "../state/snapshot.ts";
import type { PushTimer } from "../timer.ts";
import type { BranchName } from "../tokens/via-branch.ts";
import { NO_FLOW } from "../transport/endpoint.ts";
import type { World } from "../world.ts";
import { callPush, stopPush } from "./call-push.ts";
import { textPushAgain } from "./text-push-again.ts";
import { failBranch } from "./transport-error.ts";

export async function pushNotTaken(failed: Push, failure: PushFailure, world: World): Promise<Outcome> {
  const { branch, attempt, why } = failed;
  const changes = failure === "gone" ? await forget(failed, world) : [];
  const later = typeof failure === "object" ? textPushAgain(failed, failure.retryAfterSeconds, world) : undefined;
  if (branch === undefined) return later ?? { ...nothing("push-failed"), changes };
  if (typeof failure === "object" && attempt < MAX_PUSHES && failure.retryAfterSeconds < WAKE_SECONDS) {
    const again = { kind: "push", branch, attempt: attempt + 1, delaySeconds: failure.retryAfterSeconds } as const;
    return { ...nothing("push-put-off"), timers: [again] };
  }
  const onward = why === "call" ? await failWaking(branch, world) : nothing("push-failed");
  return { ...onward, changes: [...changes, ...onward.changes] };
}

/** The push again, as the call stands now. */
export async function pushDue({ branch, attempt }: PushTimer, world: World): Promise<Outcome> {
  const context = storedContext(await world.read({ contexts: [branch.context] }), branch.context);
  const waiting = context?.branches[branch.index];
  if (context === undefined || waiting === undefined || waiting.target.flow !== NO_FLOW) return nothing("timer-stale");
  const { target: end, uri } = waiting;
  const again =
    waiting.state === "waking"
      ? callPush(context, { end, uri }, branch, attempt, world)
      : stopPush(context, branch.index, attempt, world);
  return { changes: [], timers: [], effects: again };
}

async function forget(
  { to: { aor = "" }, address }: Push,
  world: Pick<World, "now" | "read">,
): Promise<readonly Change[]> {
  const read = registrationOf(await world.read({ registrations: [aor] }), aor);
  const next = withoutAddress(read, address.prid);
  return next === read ? [] : [registrationChange(next, next.bindings, world.now)];
}

/** The device may have registered by itself meanwhile. */
async function failWaking(branch: BranchName, world: World): Promise<Outcome> {
  const context = storedContext(await world.read({ contexts: [branch.context] }), branch.context);
  if (context?.branches[branch.index]?.state !== "waking") return nothing("push-failed");
  return failBranch(branch, "gone", world);
}
