// Push notifications (RFC 8599 §5.6): each device that sleeps gets one for a call and for a text, and none for a call that is
// over except the one that ends its ringing.
import type { Push } from "../../../../lib/sip/effect.ts";
import { WAKE_SECONDS } from "../../../../lib/sip/policy/push.ts";
import { pushAddressOf } from "../../../../lib/sip/state/push-address.ts";
import { type Binding, deviceOf, type Registration } from "../../../../lib/sip/state/registration.ts";
import type { Change } from "../../../../lib/sip/state/change.ts";
import type { ResponseContext } from "../../../../lib/sip/state/response-context.ts";
import type { Invocation } from "../core/record.ts";
import type { ContextStory } from "../story/contexts.ts";
import { delaysOf } from "./final-answer.ts";
import { momentOf, type Story } from "../story/story.ts";
import type { Problem } from "./violation.ts";

export function everySleepingDeviceIsPushed(story: Story): readonly Problem[] {
  const pushes = story.factsOfKind("pushing");
  return [...story.contexts.values()].flatMap(({ id, callId, versions }) =>
    versions.flatMap(({ fact, context }, at) =>
      context.branches.flatMap((branch, index): readonly Problem[] => {
        const before = versions[at - 1]?.context.branches[index];
        if (branch.state !== "waking" || before?.state === "waking" || !isWhole(fact.by, story)) return [];
        const isPushed = pushes.some(({ by, push }) => by.id === fact.by.id && isFor(push, id, index, "call"));
        return isPushed ? [] : [{ at: fact.at, callId, message: `λ${fact.by.id} woke branch ${index} without a push` }];
      }),
    ),
  );
}

/** The devices that slept for certain while the INVITE was decided are among the targets of its call. */
export function aCallFindsEverySleepingDevice(story: Story): readonly Problem[] {
  return [...story.contexts.values()].flatMap(({ callId, versions }): readonly Problem[] => {
    const [first] = versions;
    if (first === undefined || first.context.version !== 1 || !first.context.request.startsWith("INVITE ")) return [];
    const { by, at } = first.fact;
    const users = new Set(first.context.branches.map(({ target }) => target.aor ?? ""));
    const targets = [
      ...first.context.branches.map(({ target }) => target),
      ...first.context.waiting.map(({ end }) => end),
    ];
    return [...users].flatMap((aor) =>
      sleepingDuring(aor, by, story)
        .filter((device) => !targets.some((target) => target.aor === aor && target.instance === device))
        .map((device) => ({ at, callId, message: `${device} slept, and the call does not wait for it` })),
    );
  });
}

export function noPushForACallThatIsOver(story: Story): readonly Problem[] {
  const wokenAt = wokenOrders(story);
  return story.factsOfKind("pushing").flatMap(({ at, by, push }): readonly Problem[] => {
    const context = story.contexts.get(push.branch?.context ?? "");
    if (context === undefined || push.why !== "call") return [];
    const known = context.versions.findLast(({ fact }) => fact.order < (wokenAt.get(by.id) ?? 0))?.context;
    if (known === undefined || !isOver(known)) return [];
    return [{ at, callId: context.callId, message: `λ${by.id} pushed a call that was over` }];
  });
}

/** A device with a push for a call, on which the call does not wait any more, gets a push that ends the ringing. */
export function everyPushOfACallIsStopped(story: Story): readonly Problem[] {
  const pushes = story.factsOfKind("pushing");
  return [...story.contexts.values()].flatMap(({ id, callId, versions }) =>
    versions.flatMap(({ fact, context }, at) =>
      context.branches.flatMap((branch, index): readonly Problem[] => {
        const before = versions[at - 1]?.context.branches[index];
        const hasLeft = before?.state === "waking" && branch.state === "terminated";
        if (!hasLeft || !isWhole(fact.by, story) || isAfterFailedPush(fact.by, id, index, story)) return [];
        const isStopped = pushes.some(({ by, push }) => by.id === fact.by.id && isFor(push, id, index, "stop"));
        if (isStopped) return [];
        return [{ at: fact.at, callId, message: `λ${fact.by.id} ended the wait of branch ${index} without a push` }];
      }),
    ),
  );
}

/** Milliseconds after the end of a wait within which a look ends it, however often its timer's Lambda dies. */
const PATIENCE = 120_000;

export function noCallWaitsForADeviceForEver(story: Story): readonly Problem[] {
  return [...story.contexts.values()].flatMap((context): readonly Problem[] => {
    const { callId, versions, timers } = context;
    const end = story.run.facts.at(-1)?.at ?? 0;
    return versions.flatMap(({ context: stored }, at) => {
      const waiting = stored.branches.findIndex(({ state }) => state === "waking");
      const { rungAt = 0 } = stored.branches[waiting] ?? {};
      if (waiting < 0 || !timers.some(({ timer }) => timer.epoch === stored.epoch)) return [];
      const until = momentOf(rungAt + WAKE_SECONDS) + PATIENCE + delaysOf(context, story);
      const next = versions.slice(at + 1).find((later) => later.context.branches[waiting]?.state !== "waking");
      if ((next?.fact.at ?? end) <= until) return [];
      return [{ at: until, callId, message: "the call still waits for a device" }];
    });
  });
}

/** A connection of a device that has an instance is rung on one branch of a call, however the device was woken. */
export function aWokenDeviceIsRungOnce({ run, phones }: Story): readonly Problem[] {
  const branches = new Map<string, string>();
  return run.facts.flatMap((fact): readonly Problem[] => {
    if (fact.kind !== "arrived" || fact.wire.method !== "INVITE" || fact.wire.status !== 0) return [];
    const plan = phones.get(fact.phone);
    if (plan?.push === undefined || !plan.hasInstance || fact.wire.essentials.toTag !== undefined) return [];
    const { callId, branch } = fact.wire;
    const key = `${fact.flow} ${callId} ${fact.wire.cseq}`;
    const first = branches.get(key) ?? branch;
    branches.set(key, first);
    return first === branch ? [] : [{ at: fact.at, callId, message: `${fact.flow} was rung on a second branch` }];
  });
}

/**
 * RFC 8599 §5.5: a device is asked to register again before the end of its registration alone, and while it is not connected:
 * neither when the process began nor when it pushed, since the decision reads the registration between the two.
 */
export function aRefreshPushIsInTime(story: Story): readonly Problem[] {
  const wokenAt = wokenOrders(story);
  return story.factsOfKind("pushing").flatMap(({ at, by, push, order }): readonly Problem[] => {
    if (push.why !== "refresh") return [];
    const { until }: { readonly until: number } = JSON.parse(push.notice).sip;
    const isLate = at > momentOf(until) + SKEW * 1000;
    const isAwake = [wokenAt.get(by.id) ?? 0, order].every((before) =>
      storedBindings(push.to.aor, before, story).some(
        (one) => deviceOf(one) === push.to.instance && momentOf(one.expiresAt) > at,
      ),
    );
    if (!isLate && !isAwake) return [];
    const why = isLate ? "after the end of its registration" : "while it is connected";
    return [{ at, message: `λ${by.id} asked ${push.to.instance} to register again ${why}` }];
  });
}

/** The bindings of a user that were stored last before this fact. */
function storedBindings(aor: string | undefined, order: number, story: Story): Registration["bindings"] {
  const stored = story
    .factsOfKind("stored")
    .findLast((fact) => fact.order < order && registrationIn(fact.change)?.aor === aor);
  return (stored && registrationIn(stored.change)?.bindings) ?? [];
}

function registrationIn(change: Change): Registration | undefined {
  return change.kind === "registration" ? change.registration : undefined;
}

/**
 * A text that has to wait is pushed once to each sleeping device; pushes that were put off have a rule of their own. Not required
 * where a conflict came after the text was stored, and the sender's connection had closed by then: the sender got no 202.
 */
export function aStoredTextIsPushedOnce(story: Story): readonly Problem[] {
  const pushes = story.factsOfKind("pushing").filter(({ push }) => push.why === "message" && push.attempt === 1);
  const seen = new Map<string, number>();
  const doubled = pushes.flatMap(({ at, by, push }): readonly Problem[] => {
    const callId = story.callIdOf(by) ?? "";
    const key = `${callId} ${push.address.prid}`;
    const isRepeated = seen.has(key) && story.breakdowns(callId).length === 0;
    seen.set(key, by.id);
    return isRepeated ? [{ at, callId, message: `a text was pushed again to ${push.address.prid}` }] : [];
  });
  const missing = story.factsOfKind("stored").flatMap((fact): readonly Problem[] => {
    if (fact.change.kind !== "message" || !isWhole(fact.by, story)) return [];
    if (!isAccepted(fact.by, story)) return [];
    const { aor } = fact.change.message;
    const callId = story.callIdOf(fact.by) ?? "";
    return sleepingDuring(aor, fact.by, story)
      .filter((device) => !pushes.some(({ by, push }) => by.id === fact.by.id && push.to.instance === device))
      .map((device) => ({ at: fact.at, callId, message: `${device} slept, and got no push for a text` }));
  });
  return [...doubled, ...missing];
}

/** A push of a text is sent again only if it was put off, the text waits and the device sleeps. */
export function aTextIsPushedAgainInTime(story: Story): readonly Problem[] {
  const wokenAt = wokenOrders(story);
  return story.factsOfKind("pushing").flatMap(({ at, by, push }): readonly Problem[] => {
    if (push.why !== "message" || push.attempt === 1) return [];
    const woken = wokenAt.get(by.id) ?? 0;
    const wasPutOff = story
      .factsOfKind("pushed")
      .some(
        (fact) =>
          fact.order < woken &&
          typeof fact.result === "object" &&
          isEarlierOf(push, fact.push) &&
          at - fact.at >= fact.result.retryAfterSeconds * 1000 - SKEW,
      );
    const say = (message: string) => [{ at, message: `λ${by.id} pushed ${push.text} again ${message}` }];
    if (!wasPutOff) return say("that was not put off until then");
    const isGone = story.factsOfKind("stored").some(
      ({ change, order }) =>
        change.kind === "message gone" &&
        change.aor === push.to.aor && // a text to a group is stored for each member, under the same id
        change.id === push.text &&
        order < woken,
    );
    if (isGone) return say("after its delivery");
    const isAwake = storedBindings(push.to.aor, woken, story).some(
      (binding) => deviceOf(binding) === push.to.instance && momentOf(binding.expiresAt) > at + SKEW * 1000,
    );
    return isAwake ? say("to a device that is registered") : [];
  });
}

function isEarlierOf(push: Push, { text, to, attempt }: Push): boolean {
  return text === push.text && to.instance === push.to.instance && attempt === push.attempt - 1;
}

/**
 * RFC 8030 §8.4: an address that its service does not know is used again by no Lambda that began later, except for a call
 * that has it from before: its later targets, and pushes that were put off, go there without a read of the registration. A
 * device that registers with the address again has it again. A Lambda that met an error in storing it leaves it to the next push.
 */
export function anAddressThatIsGoneIsForgotten(story: Story): readonly Problem[] {
  const wokenAt = wokenOrders(story);
  const gone = new Map<string, number>();
  const registered = new Map<string, number>();
  const problems: Problem[] = [];
  for (const fact of story.run.facts) {
    if (fact.kind === "done" && story.isSound(fact.by)) {
      for (const one of story.factsOf(fact.by)) {
        if (one.kind !== "pushed" || one.result !== "gone") continue;
        const { prid } = one.push.address;
        if ((registered.get(prid) ?? 0) < one.order) gone.set(prid, fact.order);
      }
    }
    for (const prid of fact.kind === "stored" && isRegister(fact.by) ? pridsIn(fact.change) : []) {
      registered.set(prid, fact.order);
      gone.delete(prid);
    }
    if (fact.kind !== "pushing" || fact.push.why === "stop") continue;
    const since = gone.get(fact.push.address.prid);
    const call = story.contexts.get(fact.push.branch?.context ?? "");
    const knownSince = Math.min(wokenAt.get(fact.by.id) ?? 0, call?.versions[0]?.fact.order ?? Infinity);
    if (since === undefined || since > knownSince) continue;
    problems.push({ at: fact.at, message: `λ${fact.by.id} pushed to ${fact.push.address.prid}, which is gone` });
  }
  return problems;
}

function isRegister({ cause }: Invocation): boolean {
  return cause.kind === "frame" && cause.wire.method === "REGISTER";
}

function pridsIn(change: Change): readonly string[] {
  if (change.kind !== "registration") return [];
  return change.registration.bindings.flatMap(({ contact }) => pushAddressOf(contact)?.prid ?? []);
}

function isFor({ branch, why }: Push, context: string, index: number, what: Push["why"]): boolean {
  return why === what && branch?.context === context && branch.index === index;
}

function isOver({ state, isCancelled }: ResponseContext): boolean {
  return state !== "proceeding" || isCancelled;
}

/** The sender of a text got no refusal. */
function isAccepted(by: Invocation, story: Story): boolean {
  return !story
    .factsOf(by)
    .some((fact) => fact.kind === "replied" && fact.wire.method === "MESSAGE" && fact.wire.status >= 300);
}

/** It ended by itself, and got true results for its writes: its decision was carried out. */
function isWhole(by: Invocation, story: Story): boolean {
  return story.isSound(by) && story.factsOf(by).some(({ kind }) => kind === "done");
}

/** A service that does not take a push gets none that takes it back. */
function isAfterFailedPush(by: Invocation, context: string, index: number, story: Story): boolean {
  return story
    .factsOf(by)
    .some((fact) => fact.kind === "pushed" && fact.result !== "delivered" && isFor(fact.push, context, index, "call"));
}

function wokenOrders(story: Story): ReadonlyMap<number, number> {
  return new Map(story.factsOfKind("woken").map(({ by, order }) => [by.id, order]));
}

/** Seconds by which clocks of Lambdas may differ, and one for their rounding. */
const SKEW = 4;

/** Devices of the user that a push could wake all the time from the beginning of a Lambda to its end. */
function sleepingDuring(aor: string, by: Invocation, story: Story): readonly string[] {
  const own = story.factsOf(by);
  const [from, to] = [own[0], own.at(-1)];
  if (from === undefined || to === undefined) return [];
  let known: Registration | undefined;
  for (const fact of story.factsOfKind("stored")) {
    if (fact.order > to.order) break;
    if (fact.change.kind !== "registration") continue;
    if (fact.change.registration.aor !== aor) continue;
    if (fact.order > from.order && fact.by.id !== by.id) return [];
    if (fact.order < from.order) known = fact.change.registration;
  }
  const [early, late] = [from.at, to.at + SKEW * 1000];
  const isBound = ({ expiresAt }: Binding) => momentOf(expiresAt) > early - SKEW * 1000;
  const awake = new Set((known?.bindings ?? []).filter(isBound).map(deviceOf));
  const asleep = (known?.asleep ?? []).filter(
    ({ expiresAt, contact }) => momentOf(expiresAt) > late && pushAddressOf(contact) !== undefined,
  );
  return [...new Set(asleep.map(deviceOf))].filter((device) => !awake.has(device));
}

/**
 * A device that registers while a call waits for it gets the INVITE. A REGISTER that was stored, met a conflict with a call, and
 * was refused when it was decided on again has registered nothing: one on a newer connection had overtaken it (RFC 3261 §10.3),
 * or its own connection had closed, and its login with it (401). The next look rings the device on the newer connection.
 */
export function aDeviceThatWakesIsRung(story: Story): readonly Problem[] {
  return [...story.contexts.values()].flatMap((context) => registrationsDuring(context, story));
}

function registrationsDuring({ id, callId, versions }: ContextStory, story: Story): readonly Problem[] {
  return story.factsOfKind("stored").flatMap((fact): readonly Problem[] => {
    if (fact.change.kind !== "registration" || !fact.change.registration.waiting?.some(({ call }) => call === id))
      return [];
    if (!isWhole(fact.by, story) || fact.by.cause.kind !== "frame" || fact.by.cause.wire.method !== "REGISTER")
      return [];
    const { flow } = fact.by.cause;
    const { aor, bindings } = fact.change.registration;
    const device = bindings.find((binding) => binding.flow === flow && momentOf(binding.expiresAt) > fact.at);
    if (device === undefined) return [];
    const began = story.factsOf(fact.by)[0]?.order ?? 0;
    const before = versions.findLast((version) => version.fact.order < began)?.context;
    const index = before?.branches.findIndex(
      ({ state, target }) => state === "waking" && target.aor === aor && target.instance === deviceOf(device),
    );
    const isSteady = versions.every(
      (version) =>
        version.fact.order < began || version.fact.by.id === fact.by.id || version.fact.order > fact.order + 200,
    );
    if (before === undefined || index === undefined || index < 0 || isOver(before) || !isSteady) return [];
    const sent = story
      .factsOf(fact.by)
      .flatMap((one) => ((one.kind === "posting" || one.kind === "replied") && one.flow === flow ? [one.wire] : []));
    const isRefused = sent.some(({ method, status }) => method === "REGISTER" && status >= 300);
    if (isRefused || sent.some((wire) => wire.callId === callId)) return [];
    return [{ at: fact.at, callId, message: `${flow} registered, and λ${fact.by.id} did not ring it` }];
  });
}
