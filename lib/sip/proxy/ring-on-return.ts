// Devices that register while a call rings their user join the ringing: the call is for the address, and the devices bound to
// it may change while it rings (RFC 3261 §16.5, §16.6). Each device is rung once. A call for one device (RFC 5627) rings no
// other, and the branches stay within the breadth that the caller allows (RFC 5393 §5.3.3).
import { MAX_TARGETS } from "../policy/forking.ts";
import { TIMEOUT_SECONDS } from "../policy/timers.ts";
import {
  type Binding,
  deviceOf,
  latestDevices,
  liveBindings,
  newestOfEach,
  type Registration,
} from "../state/registration.ts";
import { type ClientBranch, isPending, type ResponseContext } from "../state/response-context.ts";
import type { RoutingPolicy } from "../state/routing-policy.ts";
import { subscriberOf } from "../state/snapshot.ts";
import type { Target } from "../state/target.ts";
import type { Aor } from "../syntax/aor.ts";
import { header } from "../syntax/message.ts";
import { serialize } from "../syntax/serialize.ts";
import { type FlowId, isSameDevice, NO_FLOW } from "../transport/endpoint.ts";
import type { World } from "../world.ts";
import { targetOf } from "./determine-targets.ts";
import { maxBreadth } from "./max-breadth.ts";
import { callersOf, type ForwardedRequest, waitingWith } from "./response-context.ts";
import { ring, ringWoken } from "./ring-targets.ts";
import { isBlocked, isUndisturbed } from "./screening.ts";
import type { Transition } from "./transition.ts";

/**
 * The policy of its user as it is now holds for a late branch. Costs a read where a device has registered, and otherwise nothing.
 * @param registrations of the users that the branches ring
 * @param arrivedOn the flow of the REGISTER, if one is decided on: devices on other flows have their INVITEs from others
 */
export async function ringArrived(
  transition: Transition,
  registrations: readonly Registration[],
  message: ForwardedRequest,
  world: World,
  arrivedOn?: FlowId,
): Promise<Transition> {
  const { context } = transition;
  const isHere = ({ target }: Arrived) => arrivedOn === undefined || target.end.flow === arrivedOn;
  const isReplacing = header(message.request, "replaces") !== undefined; // RFC 3891: for the device that has the call
  const joined = isReplacing
    ? []
    : registrations.filter((one) => arrivedDevices(context, one, {}, world.now).some(isHere));
  if (joined.length === 0) return transition;
  const snapshot = await world.read({ subscribers: joined.map(({ aor }) => aor) });
  const search = { callers: callersOf(context), isNewCall: true };
  const arrived = joined
    .flatMap((registration) => {
      const policy: RoutingPolicy = subscriberOf(snapshot, registration.aor) ?? {};
      const isUnwanted = isBlocked(policy, search) || isUndisturbed(policy, search);
      return isUnwanted ? [] : arrivedDevices(context, registration, policy, world.now);
    })
    .filter(isHere);
  const room = Math.min(MAX_TARGETS - context.branches.length, breadthLeft(context, message));
  const chosen = arrived.slice(0, Math.max(0, room));
  const now = chosen.filter(({ isPreferred }) => isPreferred).map(({ target }) => target);
  const later = chosen.filter(({ isPreferred }) => !isPreferred).map(({ target }) => target);
  const rung = now.length === 0 ? transition : ring(transition, now, message, world, { rungAt: world.now, breadth: 1 });
  return later.length === 0 ? rung : { ...rung, context: withLater(rung.context, later, message) };
}

/**
 * The branches that wait for a device of this registration ring it (RFC 8599 §5.6.2), and so do those that rang it on a
 * connection that is gone (RFC 5626 §4.5): in the same branch, so that a device that still has the INVITE takes it for a
 * retransmission (§17.2.1). Of several calls one may be stored although the commit met a conflict: its INVITE was not sent, and
 * is sent when the decision is taken again.
 * @param arrivedOn as for `ringArrived`
 */
export function ringAwake(
  transition: Transition,
  { aor, bindings }: Registration,
  message: ForwardedRequest,
  world: World,
  arrivedOn?: FlowId,
): Transition {
  const live = liveBindings({ bindings }, world.now);
  const meant = live.filter(({ flow }) => flow === arrivedOn || arrivedOn === undefined);
  let after = transition;
  for (const [index, branch] of transition.context.branches.entries()) {
    const isUnsent = branch.target.flow === arrivedOn && isJustRung(branch, world);
    const hasLeft = isPending(branch) && !live.some(({ flow }) => flow === branch.target.flow);
    const isRung = branch.state === "waking" || isUnsent || (hasLeft && arrivedOn !== undefined);
    const awake = isRung ? meant.findLast((binding) => isSameDevice(branch.target, endOf(binding, aor))) : undefined;
    if (awake !== undefined) after = ringWoken(after, index, targetLike(branch, awake), message, world);
  }
  return after;
}

/** A device that has the INVITE already takes another one as a retransmission (§17.2.1). */
function isJustRung({ state, rungAt }: ClientBranch, { isRetry, now }: Pick<World, "isRetry" | "now">): boolean {
  return isRetry && state === "calling" && rungAt !== undefined && rungAt > now - TIMEOUT_SECONDS;
}

/** A target at the device's present binding, with the Request-URI that the branch has where that is a number. */
export function targetLike({ target, uri, dialed }: ClientBranch, binding: Binding): Target {
  const { aor = "" } = target;
  const instance = dialed === "device" ? deviceOf(binding) : undefined;
  return targetOf(binding, { aor, ...(dialed === "number" && { keepUri: uri }), ...(instance && { instance }) });
}

interface Arrived {
  readonly target: Target;
  /** At least as preferred as the devices that ring. A less preferred one waits until these have refused (§16.6). */
  readonly isPreferred: boolean;
}

function arrivedDevices(
  context: ResponseContext,
  { aor, bindings }: Registration,
  { maxDevices }: RoutingPolicy,
  now: number,
): readonly Arrived[] {
  const [branch] = ringingFor(aor, context);
  if (branch === undefined) return [];
  const live = latestDevices(newestOfEach(liveBindings({ bindings }, now)), maxDevices);
  const rung = live.filter((binding) => isRung(binding, aor, context));
  const least = rung.length === 0 ? 0 : Math.min(...rung.map(({ q }) => q));
  return live
    .filter((binding) => !isKnown(binding, aor, context))
    .map((binding) => ({ target: targetLike(branch, binding), isPreferred: binding.q >= least }));
}

/** Branches that ring all devices of the user. */
function ringingFor(aor: Aor, { branches }: ResponseContext): readonly ClientBranch[] {
  return branches.filter((branch) => isPending(branch) && branch.target.aor === aor && branch.dialed !== "device");
}

function isRung(binding: Binding, aor: Aor, context: ResponseContext): boolean {
  return ringingFor(aor, context).some(({ target }) => isSameDevice(target, endOf(binding, aor)));
}

/** A branch has rung the device, whatever came of it, or will ring it. One that was not woken in time has not rung it. */
/* mutant: is known */ function isKnown(binding: Binding, aor: Aor, { branches, waiting }: ResponseContext): boolean {
  const rung = branches.filter((branch) => branch.target.flow !== NO_FLOW || isPending(branch));
  const ends = [...rung.map(({ target }) => target), ...waiting.map(({ end }) => end)];
  return ends.some((end) => isSameDevice(end, endOf(binding, aor)));
}

function endOf(binding: Binding, aor: Aor): Target["end"] {
  return { flow: binding.flow, aor, instance: deviceOf(binding) };
}

/**
 * §5.3.3.1: the branches that ring have divided the breadth that the caller gave, so nothing is left of it. Where the caller gave
 * none, the limit is this server's own, and each late branch takes one of it.
 */
function breadthLeft({ branches }: ResponseContext, { request }: ForwardedRequest): number {
  return header(request, "max-breadth") === undefined ? maxBreadth(request) - branches.filter(isPending).length : 0;
}

/** The whole request is kept, because a branch will need it. */
function withLater(context: ResponseContext, later: readonly Target[], { request }: ForwardedRequest): ResponseContext {
  return { ...context, waiting: waitingWith(context, later), message: serialize(request) };
}
