// RFC 3261 §16.6, "serial" and "parallel" search: the targets of the highest preference are rung side by side, the rest
// waits until these have failed.
import type { Essentials } from "../syntax/essentials.ts";
import type { SipRequest } from "../syntax/message.ts";
import { serialize } from "../syntax/serialize.ts";
import { dialogOf } from "../tokens/dialog-token.ts";
import type { End } from "../transport/endpoint.ts";
import type { Send, World } from "../world.ts";
import { type BranchName, viaOfBranch } from "../tokens/via-branch.ts";
import type { Target } from "./determine-targets.ts";
import { forwardRequest, recordRoute } from "./forward-request.ts";
import { maxBreadth } from "./max-breadth.ts";
import {
  type ClientBranch,
  isInvite,
  type Progress,
  secondsLeft,
  TIMEOUT_SECONDS,
  withTimer,
} from "./response-context.ts";

/** The message as it came to us, after route preprocessing. */
export interface Forwarded {
  readonly request: SipRequest;
  readonly essentials: Essentials;
}

/** Rings the targets of the best preference. A non-INVITE has no time for a search (timer F, §17.1.2.2): all at once. */
export function startGroup(progress: Progress, message: Forwarded, world: World): Progress {
  const { context } = progress;
  const best = Math.max(...context.waiting.map(({ q }) => q));
  const preferred = isInvite(context) ? context.waiting.filter(({ q }) => q === best) : context.waiting;
  const group = preferred.slice(0, maxBreadth(message.request)); // RFC 5393 §5.3.3.1: the rest one after the other
  const waiting = context.waiting.filter((target) => !group.includes(target));
  const ringsUntil = world.now + world.settings.ringSeconds;
  const expiresAt = Math.max(context.expiresAt, ringsUntil + 3 * TIMEOUT_SECONDS);
  const opened = ring(
    lighter({ ...progress, context: { ...context, waiting, ringsUntil, expiresAt } }, world),
    group,
    message,
    world,
  );
  const delay = Math.min(TIMEOUT_SECONDS, secondsLeft(opened.context, world));
  return withTimer(opened, delay, world, serialize(message.request));
}

/** The message is kept only as long as there is somebody else it may have to go to. */
function lighter(progress: Progress, { settings }: World): Progress {
  const { message, ...context } = progress.context;
  const isNeeded = context.waiting.length > 0 || context.contingency !== undefined || settings.followsRedirects;
  return isNeeded && message !== undefined ? progress : { ...progress, context };
}

/** Opens a branch for each target (§16.6). */
export function ring(progress: Progress, targets: readonly Target[], message: Forwarded, world: World): Progress {
  const { context, sends } = progress;
  const share = targets.length === 1 ? undefined : Math.floor(maxBreadth(message.request) / targets.length);
  const opened = targets.map((target, at): Send => {
    const branch = { context: context.id, index: context.branches.length + at };
    return { to: target.end, message: copyFor(target, branch, context.caller, share, message, world), branch };
  });
  const branches = targets.map(
    ({ end, uri, routes }): ClientBranch => ({ target: end, uri, ...(routes && { routes }), state: "calling" }),
  );
  return {
    ...progress,
    context: { ...context, branches: [...context.branches, ...branches] },
    sends: [...sends, ...opened],
  };
}

function copyFor(
  { end, uri, routes = [] }: Target,
  branch: BranchName,
  caller: End,
  share: number | undefined,
  { request, essentials }: Forwarded,
  world: World,
): SipRequest {
  const route = recordRoute(request.method, dialogOf(essentials, caller, end), world);
  return forwardRequest(request, essentials, {
    uri,
    ...(share !== undefined && { breadth: share }),
    routes,
    ...(route && { recordRoute: route }),
    via: viaOfBranch(branch, world),
  });
}
