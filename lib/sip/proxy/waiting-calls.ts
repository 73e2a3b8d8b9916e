// Ringing calls that a device joins in the moment it registers (RFC 3261 §16.5, RFC 8599 §5.6.2): the registration of its
// user names them. It is stored before the context of the call, so a REGISTER that comes between the two waits a moment for
// the context.
import type { Effect, Push, Send } from "../effect.ts";
import { decideAgain, type Outcome } from "../outcome.ts";
import { MAX_JOINABLE_USERS } from "../policy/forking.ts";
import { ringsAtOnce } from "../policy/settings.ts";
import { MAX_WAITING_CALLS, MAX_WAITING_INVITE, MAX_WAITING_INVITES } from "../policy/sizes.ts";
import { WAKE_SECONDS } from "../policy/push.ts";
import { JOIN_SECONDS, LET_PASS_MILLISECONDS } from "../policy/timers.ts";
import { type Change, registrationChange, type RegistrationChange } from "../state/change.ts";
import { isLive } from "../state/live.ts";
import { deviceOf, liveBindings, type Registration } from "../state/registration.ts";
import type { ResponseContext } from "../state/response-context.ts";
import { registrationOf, storedContext } from "../state/snapshot.ts";
import type { WaitingCall } from "../state/waiting-call.ts";
import type { Aor } from "../syntax/aor.ts";
import { header, type SipRequest } from "../syntax/message.ts";
import type { Incoming } from "../transport/incoming.ts";
import type { World } from "../world.ts";
import { isInvite, readForwarded, rememberedRequest, takesBranches } from "./response-context.ts";
import { ringArrived, ringAwake } from "./ring-on-return.ts";
import { unchanged } from "./transition.ts";

/**
 * The outcome of a decision, with the calls that it rings in the registrations of their users: a write for each user. The
 * condition of the write is the version that the decision has read, so a device that has registered since then makes it a
 * conflict, and the decision that is taken again rings the device.
 */
export async function withWaitingCalls(world: World, decide: (world: World) => Promise<Outcome>): Promise<Outcome> {
  const seen: Registration[] = [];
  const read: World["read"] = async (keys) => {
    const snapshot = await world.read(keys);
    seen.push(...snapshot.registrations);
    return snapshot;
  };
  const decided = await decide({ ...world, read });
  const users = callsThatWait(decided, world).map(({ aor }) => aor);
  if (users.length === 0) return decided;
  const registrationAt = await registrationsOf(users, decided, seen, world);
  const outcome = withAwakeRung(decided, registrationAt, world);
  const calls = callsThatWait(outcome, world);
  const noted = calls.map((call) => note(call, registrationAt(call.aor), calls.length === 1, world.now));
  const changes = noted.flatMap(({ registration }) => registration ?? []);
  const replaced = new Set(changes.map(({ registration }) => registration.aor));
  const kept = outcome.changes.filter((one) => one.kind !== "registration" || !replaced.has(one.registration.aor));
  return { ...outcome, changes: [...changes, ...kept.map((change) => withInvite(change, noted))] };
}

/** The change of the registration that names the call, and the INVITE if the context has to keep it. */
interface Note {
  readonly context: string;
  readonly registration?: RegistrationChange;
  readonly message?: string;
}

/**
 * The INVITE is kept in the registration, which is written anyway; one to several users once, in the context, and so is one that
 * the context has for another reason. If there is no room, the next look rings devices.
 */
function note(
  { context, message, isAwaited, isKeptByContext }: Waiting,
  registration: Registration,
  isForOne: boolean,
  now: number,
): Note {
  const isMeant = ({ call, until }: WaitingCall) =>
    until > now && (call !== context || !isAwaited || until > now + WAKE_SECONDS);
  const waiting = (registration.waiting ?? []).filter(isMeant);
  const known = waiting.find(({ call }) => call === context); // an earlier attempt has stored it
  if (known !== undefined) return { context, ...(known.message === undefined && message && { message }) };
  const taken = waiting.reduce((sum, one) => sum + (one.message?.length ?? 0), 0);
  const isShort = message !== undefined && message.length <= MAX_WAITING_INVITE;
  const isKeptHere = isForOne && !isKeptByContext && isShort && taken + message.length <= MAX_WAITING_INVITES;
  const hasRoom = isKeptHere || isAwaited || isKeptByContext || (isShort && !isForOne);
  if (waiting.length >= MAX_WAITING_CALLS || !hasRoom) return { context };
  const times = { since: now, until: now + JOIN_SECONDS };
  const next = { ...registration, waiting: [...waiting, { call: context, ...times, ...(isKeptHere && { message }) }] };
  return {
    context,
    registration: registrationChange(next, next.bindings, now),
    ...(!isKeptHere && message !== undefined && { message }),
  };
}

function withInvite(change: Change, noted: readonly Note[]): Change {
  if (change.kind !== "context" || change.context.message !== undefined) return change;
  const message = noted.find(({ context }) => context === change.context.id)?.message;
  return message === undefined ? change : { kind: "context", context: { ...change.context, message } };
}

interface Waiting {
  readonly aor: Aor;
  /** The response context of the call. */
  readonly context: string;
  /** A push wakes a device of the user for it. */
  readonly isAwaited: boolean;
  readonly message?: string;
  readonly isKeptByContext: boolean;
}

/**
 * Users with a device that a push wakes, or whose devices are rung by INVITEs of the outcome. No other device joins a call to
 * one device (RFC 5627), to a number behind a gateway, or in place of a call that another device has (RFC 3891).
 */
function callsThatWait(
  { changes, effects, timers }: Outcome,
  { settings }: Pick<World, "settings">,
): readonly Waiting[] {
  const calls = new Map<Aor, Waiting>();
  const isAtOnce = ringsAtOnce(settings);
  for (const effect of effects) {
    if (effect.kind !== "push" && effect.kind !== "send") continue;
    const { branch, to } = effect;
    if (branch === undefined || to.aor === undefined) continue;
    const { context: id } = branch;
    const isAwaited = effect.kind === "push" && effect.why === "call";
    const change = changes.find((one) => one.kind === "context" && one.context.id === id);
    const context = change?.kind === "context" ? change.context : undefined;
    const message = context && messageIn(timers, context);
    const isJoinable = effect.kind === "send" && isAtOnce && message !== undefined && isJoinableBranch(effect, context);
    if (isAwaited || (isJoinable && !calls.has(to.aor))) {
      const isKeptByContext = context?.message !== undefined;
      calls.set(to.aor, { aor: to.aor, context: id, isAwaited, isKeptByContext, ...(message && { message }) });
    }
  }
  const all = [...calls.values()];
  return all.length > MAX_JOINABLE_USERS ? all.filter(({ isAwaited }) => isAwaited) : all;
}

function isJoinableBranch({ message, branch }: Send, context: ResponseContext | undefined): boolean {
  if (message.kind !== "request" || message.method !== "INVITE" || header(message, "replaces") !== undefined)
    return false;
  return branch !== undefined && context !== undefined && context.branches[branch.index]?.dialed === undefined;
}

/** As the outcome stores them, or as they were read first, so that a later change is a conflict. */
async function registrationsOf(
  users: readonly Aor[],
  { changes }: Outcome,
  seen: readonly Registration[],
  world: Pick<World, "read">,
): Promise<(aor: Aor) => Registration> {
  const stored = changes.flatMap((one) => (one.kind === "registration" ? [one.registration] : []));
  const known = [...stored, ...seen];
  const unread = users.filter((aor) => !known.some((one) => one.aor === aor));
  const registrations = [
    ...known,
    ...(unread.length === 0 ? [] : (await world.read({ registrations: unread })).registrations),
  ];
  return (aor) => registrationOf({ registrations }, aor);
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
    const text = change.kind === "context" ? messageIn(outcome.timers, change.context) : undefined;
    const message = text === undefined ? undefined : readForwarded(text);
    if (change.kind !== "context" || message === undefined) return change;
    let rung = unchanged(change.context);
    for (const aor of users) rung = ringAwake(rung, registrationAt(aor), message, world);
    sends.push(...rung.sends);
    return { kind: "context", context: rung.context } as const;
  });
  const others = outcome.effects.filter((effect) => !awake.some((one) => one === effect));
  return { ...outcome, changes, effects: [...others, ...sends] };
}

/** The whole request of a context that is decided on: its timer has it. */
function messageIn(timers: Outcome["timers"], { id, message }: ResponseContext): string | undefined {
  const timer = timers.find((one) => one.kind === "transaction" && one.context === id);
  return (timer?.kind === "transaction" ? timer.message : undefined) ?? message;
}

function isAwake(effect: Effect, registrationAt: (aor: Aor) => Registration, now: number): effect is Push {
  if (effect.kind !== "push" || effect.why !== "call" || effect.to.aor === undefined) return false;
  const { aor, instance } = effect.to;
  return liveBindings(registrationAt(aor), now).some((binding) => deviceOf(binding) === instance);
}

/**
 * The outcome of a REGISTER, with the INVITEs of the calls that ring its user. Where a call waits it costs a read, and a write if
 * the device joins. Calls that are over wait no longer.
 */
export async function joinWaitingCalls(
  { flow }: Incoming<SipRequest>,
  outcome: Outcome,
  world: World,
): Promise<Outcome> {
  const change = outcome.changes.find((one): one is RegistrationChange => one.kind === "registration");
  const calls = change?.registration.waiting?.filter(({ until }) => until > world.now) ?? [];
  if (change === undefined || calls.length === 0) return outcome;
  const { registration } = change;
  if (!registration.bindings.some((binding) => binding.flow === flow && isLive(binding, world.now))) return outcome;

  const snapshot = await world.read({ contexts: calls.map(({ call }) => call) });
  const isEarly = ({ call, since }: WaitingCall) =>
    since + world.platform.commitSeconds > world.now && storedContext(snapshot, call) === undefined;
  if (!world.isRetry && calls.some(isEarly)) return decideAgain(LET_PASS_MILLISECONDS);

  const open = snapshot.contexts.filter((context) => takesBranches(context) && isInvite(context));
  const steps = await Promise.all(
    open.map(async (context) => {
      const kept = calls.find(({ call }) => call === context.id)?.message;
      const message = kept === undefined ? rememberedRequest(context) : readForwarded(kept);
      const before = unchanged(context);
      if (message === undefined) return before;
      return ringArrived(ringAwake(before, registration, message, world, flow), [registration], message, world, flow);
    }),
  );
  const changed = steps.filter(({ context }) => !open.includes(context));
  const waiting = calls.filter((one) => open.some(({ id }) => id === one.call) || isEarly(one));
  const contexts = changed.map(({ context }) => ({ kind: "context", context }) as const);
  const others = outcome.changes.filter((one) => one !== change);
  return {
    ...outcome,
    changes: [
      registrationChange({ ...registration, waiting }, registration.bindings, world.now),
      ...others,
      ...contexts,
    ],
    effects: [...outcome.effects, ...changed.flatMap(({ sends }) => sends)],
  };
}
