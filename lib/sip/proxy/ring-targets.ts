// RFC 3261 §16.6, serial and parallel search: the targets of the highest preference are rung together; the others wait
// until these have failed.
import { send } from "../effect.ts";
import { realmOf } from "../policy/settings.ts";
import { MAX_WAITING_INVITE } from "../policy/sizes.ts";
import { TIMEOUT_SECONDS } from "../policy/timers.ts";
import type { ClientBranch, ResponseContext } from "../state/response-context.ts";
import type { Target } from "../state/target.ts";
import type { SipRequest } from "../syntax/message.ts";
import { serialize } from "../syntax/serialize.ts";
import { dialogTokenFor } from "../tokens/dialog-token.ts";
import { type BranchName, viaOfBranch } from "../tokens/via-branch.ts";
import { NO_FLOW } from "../transport/endpoint.ts";
import type { World } from "../world.ts";
import { forwardRequest, recordRoute } from "./forward-request.ts";
import { withContact } from "./history-info.ts";
import { callPush } from "./call-push.ts";
import { maxBreadth } from "./max-breadth.ts";
import { type ForwardedRequest, isInvite, secondsLeft, withBranchChange } from "./response-context.ts";
import { withOwnTags } from "./replaced-call.ts";
import { type Transition, withTimer } from "./transition.ts";

/** Rings the waiting targets of the best preference. A non-INVITE has no time for a serial search (timer F, §17.1.2.2). */
export function ringNext(transition: Transition, message: ForwardedRequest, world: World): Transition {
  const { context } = transition;
  const best = Math.max(...context.waiting.map(({ q }) => q));
  const preferred = isInvite(context) ? context.waiting.filter(({ q }) => q === best) : context.waiting;
  const targets = preferred.slice(0, maxBreadth(message.request)); // RFC 5393 §5.3.3.1: the others later
  const waiting = context.waiting.filter((target) => !targets.includes(target));
  const ringsUntil = world.now + world.settings.ringSeconds;
  const expiresAt = Math.max(context.expiresAt, ringsUntil + 3 * TIMEOUT_SECONDS);
  const { turnSeconds } = context;
  const turn = turnSeconds === undefined ? {} : { turnEndsAt: world.now + turnSeconds };
  const opened = ring(
    lighter({ ...transition, context: { ...context, waiting, ringsUntil, expiresAt, ...turn } }, targets, world),
    targets,
    message,
    world,
  );
  const delay = Math.min(TIMEOUT_SECONDS, secondsLeft(opened.context, world));
  return withTimer(opened, delay, world, serialize(message.request));
}

/** The whole request is kept only while further targets may need it. */
function lighter(
  transition: Transition,
  targets: readonly Target[],
  { settings }: Pick<World, "settings">,
): Transition {
  const { message, ...context } = transition.context;
  const { keepSeconds, longest } = settings.messages;
  const isText = context.request.startsWith("MESSAGE ") && keepSeconds > 0; // it may have to wait
  const isKept = isText && message !== undefined && message.length <= longest;
  const isLater = context.waiting.length > 0 || context.forwarding !== undefined || settings.followsRedirects;
  // A shorter one is kept with the registration of its user (`waiting-calls.ts`).
  const isAwaited = targets.some(isAsleep) && message !== undefined && message.length > MAX_WAITING_INVITE;
  const isNeeded = isLater || isAwaited || isKept;
  return isNeeded && message !== undefined ? transition : { ...transition, context };
}

/** Opens a branch for each target (§16.6). @param late the time and the Max-Breadth of branches that join those that ring */
export function ring(
  transition: Transition,
  targets: readonly Target[],
  message: ForwardedRequest,
  world: World,
  late?: { readonly rungAt: number; readonly breadth: number },
): Transition {
  const { context, sends } = transition;
  const divided = targets.length === 1 ? undefined : Math.floor(maxBreadth(message.request) / targets.length);
  const share = late?.breadth ?? divided;
  const names = targets.map((target, at) => ({
    target,
    branch: { context: context.id, index: context.branches.length + at },
  }));
  const opened = names
    .filter(({ target }) => !isAsleep(target))
    .map(({ target, branch }) => send(target.end, copyFor(context, { target, branch, share }, message, world), branch));
  const asleep = names.filter(({ target }) => isAsleep(target));
  const woken = asleep.flatMap(({ target, branch }) => callPush(context, target, branch, 1, world));
  const branches = targets.map(
    (target): ClientBranch => ({
      target: target.end,
      uri: target.uri,
      ...(target.routes && { routes: target.routes }),
      ...(target.dialed && { dialed: target.dialed }),
      ...(isAsleep(target) ? { rungAt: world.now } : late && { rungAt: late.rungAt }),
      state: isAsleep(target) ? "waking" : "calling",
    }),
  );
  return {
    ...transition,
    context: { ...context, branches: [...context.branches, ...branches] },
    sends: [...sends, ...opened],
    ...(woken.length > 0 && { pushes: [...(transition.pushes ?? []), ...woken] }),
  };
}

function isAsleep({ end }: Target): boolean {
  return end.flow === NO_FLOW;
}

/** The device of a branch that waited for it has registered: it gets the INVITE. */
export function ringWoken(
  transition: Transition,
  index: number,
  { end, uri, routes }: Target,
  message: ForwardedRequest,
  world: World,
): Transition {
  const branch = { context: transition.context.id, index };
  const context = withBranchChange(transition.context, index, () => ({
    target: end,
    uri,
    ...(routes && { routes }),
    rungAt: world.now,
    state: "calling",
  }));
  const target = { end, uri, q: 0, ...(routes && { routes }) };
  // Its share of the breadth was kept when its branch began to wait.
  const invite = send(end, copyFor(context, { target, branch, share: 1 }, message, world), branch);
  return { ...transition, context, sends: [...transition.sends, invite] };
}

interface OpenedBranch {
  readonly target: Target;
  readonly branch: BranchName;
  /** Its share of the Max-Breadth (RFC 5393 §5.3.3); undefined: all of it. */
  readonly share: number | undefined;
}

function copyFor(
  { caller, startedAt, forwardedAfter = 0 }: ResponseContext,
  { target: { end, uri, routes = [] }, branch, share }: OpenedBranch,
  { request, essentials }: ForwardedRequest,
  world: World,
): SipRequest {
  const dialog = dialogTokenFor(essentials, caller, end);
  const token = startedAt === undefined ? dialog : { ...dialog, call: branch.context };
  const route = recordRoute(request.method, token, world);
  const replacing = withOwnTags(request, end.aor, world);
  return forwardRequest(withContact(replacing, uri, branch.index + 1 - forwardedAfter), essentials, {
    uri,
    ...(share !== undefined && { breadth: share }),
    routes,
    ...(route && { recordRoute: route }),
    via: viaOfBranch(branch, realmOf(world), world.keys),
  });
}
