// The timer of an answered call. A connection of the call has closed: if its device did not come back in time, the call is ended
// (RFC 5626 §4.5). Or the call has reached the longest time, or the operator ends it.
import { lastAway, lookLater } from "../location/away-calls.ts";
import { decideAgain, nothing, type Outcome, sendOnly } from "../outcome.ts";
import { BYE_AGAIN_SECONDS, CALL_ROW_SECONDS, CLOCK_SECONDS } from "../policy/calls.ts";
import type { AwayCalls } from "../state/away-calls.ts";
import type { Call, WhyEnded } from "../state/call.ts";
import type { Change } from "../state/change.ts";
import { deviceOf, liveBindings, type Registration } from "../state/registration.ts";
import type { ResponseContext } from "../state/response-context.ts";
import { closedFlow, liveContext, liveFlow, registrationOf, type Snapshot } from "../state/snapshot.ts";
import type { CallLook, CallTimer } from "../timer.ts";
import type { Endpoint, FlowId } from "../transport/endpoint.ts";
import { isHttpEnd } from "../transport/http-end.ts";
import type { World } from "../world.ts";
import { endsOf, limitTimer } from "./begin-call.ts";
import type { Side } from "./bye.ts";
import { byes, endCall } from "./end-call.ts";
import { prolongSession } from "./prolong-session.ts";
import { movedBranch } from "./response-context.ts";

export async function callDue(timer: CallTimer, world: World): Promise<Outcome> {
  const { call: id, why } = timer;
  const context = liveContext(await world.read({ contexts: [id] }), id, world.now);
  const { call } = context ?? {};
  if (context === undefined || call === undefined) return nothing("timer-after-end");
  const ends = await findEnds(context, call, world);
  if (ends === undefined) return decideAgain(0);
  if (call.ended !== undefined) return repeatByes(context, call, ends, why, world);
  if (why === "flow closed") return lookAfter(context, call, ends, world);
  if (why === "operator") return endCall(context, call, "operator", ends, world);

  const { longestCallSeconds } = world.settings;
  const secondsLeft = call.answeredAt + longestCallSeconds - world.now;
  if (longestCallSeconds === 0) return nothing("timer-stale");
  if (secondsLeft > 0) return { ...nothing("call-goes-on"), timers: [limitTimer(id, secondsLeft, world)] };
  return endCall(context, call, "too long", ends, world);
}

/** The end on the flow where it is now; for one without a flow, the epoch seconds until which it may come back. */
interface FoundEnd {
  readonly side: Side;
  readonly end: Endpoint;
  readonly isThere: boolean;
  readonly isMoved: boolean;
  readonly until: number;
}

/**
 * Undefined if a connection closed meanwhile: it leaves its calls in the registration before the mark on its record expires, so
 * an end without a flow is missing only if the registrations are still those that were read before the flows. Costs a read where
 * one is.
 */
async function findEnds(context: ResponseContext, call: Call, world: World): Promise<readonly FoundEnd[] | undefined> {
  const sides = ["caller", "callee"] as const;
  const ends = endsOf(context, call);
  const aors = ends.flatMap(({ aor = "" }) => (aor === "" ? [] : [aor]));
  const { registrations } = await world.read({ registrations: aors });
  const lasts = ends.map((end) => lastOf(end, context.id, { registrations }));
  const flows = [...ends, ...lasts].flatMap((one) => one?.flow ?? []);
  const snapshot = { registrations, flows: (await world.read({ flows })).flows };
  const found = ends.map((end, at) => whereIs(sides[at] ?? "caller", end, lasts[at], snapshot, world));
  if (found.every(({ isThere, until }) => isThere || until > world.now)) return found;
  return isSame(registrations, (await world.read({ registrations: aors })).registrations) ? found : undefined;
}

function isSame(before: readonly Registration[], after: readonly Registration[]): boolean {
  const versions = new Map(before.map(({ aor, version }) => [aor, version]));
  return before.length === after.length && after.every(({ aor, version }) => versions.get(aor) === version);
}

type Found = Pick<Snapshot, "registrations" | "flows">;

function lastOf({ aor, instance }: Endpoint, call: string, found: Pick<Found, "registrations">): AwayCalls | undefined {
  return aor === undefined || instance === undefined ? undefined : lastAway(registrationOf(found, aor), instance, call);
}

/** @param last what is known from the registration; without that, the end is on its flow or was never seen elsewhere */
/* mutant: where an end is */ function whereIs(
  side: Side,
  end: Endpoint,
  last: AwayCalls | undefined,
  found: Found,
  { now, settings }: Pick<World, "now" | "settings">,
): FoundEnd {
  const { flow, aor, instance } = end;
  const on = (current: FlowId) => {
    return { side, end: { ...end, flow: current }, isThere: true, isMoved: current !== flow, until: 0 };
  };
  if (isHttpEnd(end)) return on(flow);
  const known = last === undefined ? flow : last.flow;
  if (known !== undefined && liveFlow(found, known, now) !== undefined) return on(known);
  const isAway = last !== undefined && last.flow === undefined;
  const bindings = aor === undefined || isAway ? [] : liveBindings(registrationOf(found, aor), now);
  const back = bindings.find((one) => deviceOf(one) === instance && one.flow !== known);
  if (back !== undefined) return on(back.flow);
  // Without an instance it cannot be known when it is back.
  const closedAt = known === undefined || instance === undefined ? undefined : closedFlow(found, known)?.closedAt;
  const mayReturn = closedAt === undefined ? 0 : closedAt + settings.lostCallSeconds;
  return { side, end, isThere: false, isMoved: false, until: isAway ? last.until : mayReturn };
}

/** An end that left again has a timer of its own for that, and is waited for. */
async function lookAfter(
  context: ResponseContext,
  call: Call,
  ends: readonly FoundEnd[],
  world: World,
): Promise<Outcome> {
  const secondsLeft = Math.max(0, ...ends.map(({ until }) => until - world.now));
  if (secondsLeft > CLOCK_SECONDS) return nothing("call-waits");
  if (secondsLeft > 0) return { ...nothing("call-waits"), timers: [lookLater(context.id, secondsLeft)] };
  if (ends.some(({ isThere }) => !isThere)) return endCall(context, call, "lost", ends, world);
  return { ...nothing("call-goes-on"), changes: await moves(context, call, ends, world) };
}

/** Their new flows have the call, and the row lives on. */
async function moves(
  context: ResponseContext,
  call: Call,
  ends: readonly FoundEnd[],
  world: World,
): Promise<readonly Change[]> {
  const moved = ends.filter(({ isMoved }) => isMoved);
  if (moved.length === 0) return [];
  let next = { ...context, expiresAt: world.now + CALL_ROW_SECONDS };
  for (const { side, end } of moved) {
    next = side === "caller" ? { ...next, caller: end } : movedBranch(next, call.index, end.flow);
  }
  const joined = moved.map(({ end }) => ({ kind: "flow call", flow: end.flow, call: context.id }) as const);
  const [, callee] = endsOf(context, call);
  return [...(await prolongSession(call.tag, callee, world)), ...joined, { kind: "context", context: next }];
}

async function repeatByes(
  context: ResponseContext,
  call: Call,
  ends: readonly FoundEnd[],
  look: CallLook,
  world: World,
): Promise<Outcome> {
  const { at, why } = call.ended ?? { at: 0, why: "hung up" };
  if (why !== endings[look] || world.now - at > BYE_AGAIN_SECONDS) return nothing("timer-after-end");
  return { ...sendOnly(...(await byes(context, call, why, ends, world))), reason: { code: "bye-repeated" } };
}

/** How a call ends by its timer. */
const endings = { "flow closed": "lost", "too long": "too long", operator: "operator" } as const satisfies Record<
  CallLook,
  WhyEnded
>;
