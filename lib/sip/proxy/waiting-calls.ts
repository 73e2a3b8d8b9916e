// Ringing calls that a device joins in the moment it registers (RFC 3261 §16.5, RFC 8599 §5.6.2): the registration of its
// user names them. It is stored before the context of the call, so a REGISTER that comes between the two waits a moment for
// the context.
import { decideAgain, type Effect, type Outcome, type Push, type Send } from "../outcome.ts";
import { MAX_WAITING_CALLS } from "../policy/sizes.ts";
import { LET_PASS_MILLISECONDS } from "../policy/timers.ts";
import { registrationChange, type RegistrationChange } from "../state/change.ts";
import { deviceOf, liveBindings, type Registration } from "../state/registration.ts";
import { registrationOf, storedContext } from "../state/snapshot.ts";
import type { WaitingCall } from "../state/waiting-call.ts";
import type { Aor } from "../syntax/aor.ts";
import type { SipRequest } from "../syntax/message.ts";
import type { Incoming } from "../transport/incoming.ts";
import type { World } from "../world.ts";
import { isInvite, rememberedRequest, takesBranches } from "./response-context.ts";
import { ringArrived, ringAwake } from "./ring-on-return.ts";
import { unchanged } from "./transition.ts";

/** The outcome, with the calls that it rings in the registrations of their users. Costs a read and a write for each user. */
export async function recordWaitingCalls(decided: Outcome, world: World): Promise<Outcome> {
  const users = [...callsThatWait(decided.effects, world).keys()];
  if (users.length === 0) return decided;
  const snapshot = await world.read({ registrations: users });
  const registrationAt = (aor: Aor): Registration => {
    const change = decided.changes.find((one) => one.kind === "registration" && one.registration.aor === aor);
    return change?.kind === "registration" ? change.registration : registrationOf(snapshot, aor);
  };
  const outcome = withAwakeRung(decided, registrationAt, world);
  const waiting = [...callsThatWait(outcome.effects, world)].flatMap(([aor, call]): readonly RegistrationChange[] => {
    const next = withWaitingCall(registrationAt(aor), {
      call,
      since: world.now,
      until: world.now + world.settings.ringSeconds,
    });
    return next === undefined ? [] : [registrationChange(next, next.bindings, world.now)];
  });
  const replaced = new Set(waiting.map(({ registration }) => registration.aor));
  const kept = outcome.changes.filter((one) => one.kind !== "registration" || !replaced.has(one.registration.aor));
  return { ...outcome, changes: [...waiting, ...kept] };
}

/**
 * Users with a device that a push wakes, or whose devices are rung by INVITEs among the effects, each with the context of the
 * call.
 */
function callsThatWait(effects: readonly Effect[], { settings }: World): ReadonlyMap<Aor, string> {
  const calls = new Map<Aor, string>();
  const isAtOnce = settings.ringOnReturn === "at once";
  for (const effect of effects) {
    if (effect.kind === "close" || effect.kind === "look" || effect.kind === "http") continue;
    if (effect.branch === undefined || effect.to.aor === undefined) continue;
    const waits = effect.kind === "push" ? effect.why === "call" : isAtOnce && isRequest(effect.message, "INVITE");
    if (waits) calls.set(effect.to.aor, effect.branch.context);
  }
  return calls;
}

/**
 * Devices that have registered since their branch was decided on get the INVITE in place of a push. That may be long ago: a
 * member of a group that rings in turn was found asleep when the call came.
 */
function withAwakeRung(outcome: Outcome, registrationAt: (aor: Aor) => Registration, world: World): Outcome {
  const awake = outcome.effects.filter((effect) => isAwake(effect, registrationAt, world.now));
  if (awake.length === 0) return outcome;
  const users = new Set(awake.flatMap(({ to }) => to.aor ?? []));
  const sends: Send[] = [];
  const changes = outcome.changes.map((change) => {
    const message = change.kind === "context" ? rememberedRequest(change.context) : undefined;
    if (change.kind !== "context" || message === undefined) return change;
    let rung = unchanged(change.context);
    for (const aor of users) rung = ringAwake(rung, registrationAt(aor), message, world);
    sends.push(...rung.sends);
    return { kind: "context", context: rung.context } as const;
  });
  const others = outcome.effects.filter((effect) => !awake.some((one) => one === effect));
  return { ...outcome, changes, effects: [...others, ...sends] };
}

function isAwake(effect: Effect, registrationAt: (aor: Aor) => Registration, now: number): effect is Push {
  if (effect.kind !== "push" || effect.why !== "call" || effect.to.aor === undefined) return false;
  const { aor, instance } = effect.to;
  return liveBindings(registrationAt(aor), now).some((binding) => deviceOf(binding) === instance);
}

function isRequest(message: Send["message"], method: string): boolean {
  return message.kind === "request" && message.method === method;
}

/** Undefined if the call waits already, or if too many do. */
function withWaitingCall(registration: Registration, call: WaitingCall): Registration | undefined {
  const waiting = (registration.waiting ?? []).filter(({ until }) => until > call.since);
  const isKnown = waiting.some((one) => one.call === call.call);
  if (isKnown || waiting.length >= MAX_WAITING_CALLS) return undefined;
  return { ...registration, waiting: [...waiting, call] };
}

/** The outcome of a REGISTER, with the INVITEs of the calls that ring its user. Costs a read and a write where a call waits. */
export async function joinWaitingCalls(
  { flow }: Incoming<SipRequest>,
  outcome: Outcome,
  world: World,
): Promise<Outcome> {
  const change = outcome.changes.find((one): one is RegistrationChange => one.kind === "registration");
  const calls = change?.registration.waiting?.filter(({ until }) => until > world.now) ?? [];
  if (change === undefined || calls.length === 0) return outcome;
  const { registration } = change;
  if (!registration.bindings.some((binding) => binding.flow === flow && binding.expiresAt > world.now)) return outcome;

  const snapshot = await world.read({ contexts: calls.map(({ call }) => call) });
  const isEarly = ({ call, since }: WaitingCall) =>
    since + world.platform.commitSeconds > world.now && storedContext(snapshot, call) === undefined;
  if (!world.isRetry && calls.some(isEarly)) return decideAgain(LET_PASS_MILLISECONDS);

  const joined = snapshot.contexts.map((context) => {
    const message = rememberedRequest(context);
    const before = unchanged(context);
    if (!takesBranches(context) || !isInvite(context) || message === undefined) return before;
    return ringArrived(ringAwake(before, registration, message, world, flow), [registration], message, world, flow);
  });
  const changed = joined.filter(({ context }) => !snapshot.contexts.includes(context));
  if (changed.length === 0) return outcome;
  const contexts = changed.map(({ context }) => ({ kind: "context", context }) as const);
  return {
    ...outcome,
    changes: [...outcome.changes, ...contexts],
    effects: [...outcome.effects, ...changed.flatMap(({ sends }) => sends)],
  };
}
