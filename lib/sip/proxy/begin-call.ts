// The answer of a call (RFC 3261 §12.1, §13.2.2.4): the response context lives on as the row of the call, and the flows of both
// ends learn that they have one.
import { lookLater, waitForDevice } from "../location/away-calls.ts";
import type { Outcome } from "../outcome.ts";
import { CALL_ROW_SECONDS } from "../policy/calls.ts";
import type { Call } from "../state/call.ts";
import { type Change, registrationChange } from "../state/change.ts";
import { bindingOf } from "../state/registration.ts";
import { partsOf } from "../state/resource-state.ts";
import type { ResponseContext } from "../state/response-context.ts";
import { liveFlow, registrationOf } from "../state/snapshot.ts";
import { header, type SipResponse } from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import type { TimerRequest } from "../timer.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import { isHttpEnd } from "../transport/http-end.ts";
import type { Incoming } from "../transport/incoming.ts";
import type { World } from "../world.ts";
import { routesBehind } from "./later-answer.ts";
import { movedBranch } from "./response-context.ts";
import type { Transition } from "./transition.ts";
import { outcomeOf } from "./transition-outcome.ts";

/**
 * The outcome of a response. The first 2xx of a tracked call begins it; other responses change nothing here.
 * @param index of the branch that it came on
 */
export async function answeredOutcome(
  before: ResponseContext,
  after: Transition,
  index: number,
  answer: Incoming<SipResponse>,
  world: World,
): Promise<Outcome> {
  const isAnswered = before.state === "proceeding" && after.context.state === "accepted";
  if (!isAnswered || before.startedAt === undefined) return outcomeOf(before, after);

  const { now, settings } = world;
  const call = callOf(before, index, answer, world);
  const there = movedBranch(after.context, index, answer.flow);
  const context = { ...there, call, expiresAt: now + CALL_ROW_SECONDS };
  const outcome = outcomeOf(before, { ...after, context });
  const joined = await joinFlows(context, endsOf(context, call), world);
  const limit: readonly TimerRequest[] =
    settings.longestCallSeconds === 0 ? [] : [limitTimer(context.id, settings.longestCallSeconds, world)];
  return {
    ...outcome,
    changes: [...joined.changes, ...outcome.changes],
    timers: [...outcome.timers, ...joined.timers, ...limit],
  };
}

function callOf(
  { provisional }: ResponseContext,
  index: number,
  { message, essentials }: Incoming<SipResponse>,
  world: Pick<World, "now" | "settings">,
): Call {
  const contact = parseNameAddr(header(message, "contact") ?? "")?.address;
  const routes = routesBehind(message, world);
  const ringingAt = provisional?.at;
  return {
    index,
    tag: essentials.toTag ?? "",
    ...(contact !== undefined && { contact }),
    ...(routes.length > 0 && { routes }),
    ...(ringingAt !== undefined && { ringingAt }),
    answeredAt: world.now,
  };
}

/** Caller and callee, where they were last. */
export function endsOf({ caller, branches }: ResponseContext, { index }: Call): readonly [Endpoint, Endpoint] {
  return [caller, branches[index]?.target ?? caller];
}

/** A long call is looked at as often as one timer can be delayed. */
export function limitTimer(call: string, secondsLeft: number, { platform }: Pick<World, "platform">): TimerRequest {
  return { kind: "call", call, why: "too long", delaySeconds: Math.min(secondsLeft, platform.longestTimerSeconds) };
}

/**
 * Both flows are taken for present at first, at no read. If one is gone, its record is too, and the commit meets a conflict;
 * the record of a user that is watched since the INVITE makes one, too (`events/watched-calls.ts`). Then an end that is on
 * another flow has the call there, and one that is on none has the time of a lost connection to return.
 */
async function joinFlows(
  { id: call, watched = [] }: ResponseContext,
  ends: readonly Endpoint[],
  world: World,
): Promise<Pick<Outcome, "changes" | "timers">> {
  if (!world.isRetry) {
    const known = new Set(watched.map((resource) => partsOf(resource).aor));
    const flows = new Map(ends.filter((end) => !isHttpEnd(end)).map(({ flow, aor = "" }) => [flow, known.has(aor)]));
    const changes = [...flows].map(([flow, isWatched]): Change => {
      return isWatched ? { kind: "flow call", flow, call } : { kind: "flow call", flow, call, isUnwatched: true };
    });
    return { changes, timers: [] };
  }
  const aors = ends.flatMap(({ aor = "" }) => (aor === "" ? [] : [aor]));
  const snapshot = await world.read({ flows: ends.map(({ flow }) => flow), registrations: aors });
  const waiting = new Map(aors.map((aor) => [aor, registrationOf(snapshot, aor)]));
  const flows = new Set<string>();
  const timers: TimerRequest[] = [];
  for (const end of ends.filter((one) => !isHttpEnd(one))) {
    const registration = waiting.get(end.aor ?? "");
    const back = registration && bindingOf(registration, end.instance, world.now);
    if (liveFlow(snapshot, end.flow, world.now) !== undefined) flows.add(end.flow);
    else if (back !== undefined && back.flow !== end.flow) flows.add(back.flow);
    else {
      timers.push(lookLater(call, world.settings.lostCallSeconds));
      if (registration !== undefined && end.instance !== undefined) {
        waiting.set(registration.aor, waitForDevice(registration, end.instance, [call], world));
      }
    }
  }
  const changed = [...waiting.values()].filter((one) => one !== registrationOf(snapshot, one.aor));
  const changes: Change[] = [...flows].map((flow) => ({ kind: "flow call", flow, call }));
  return {
    changes: [...changes, ...changed.map((one) => registrationChange(one, one.bindings, world.now))],
    timers,
  };
}
