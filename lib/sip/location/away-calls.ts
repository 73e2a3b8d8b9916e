// Calls of a device that has lost its connection (RFC 5626 §4.5). The record of a flow names its calls. When the flow is gone
// they wait in the registration for the device's next REGISTER, and a timer for each looks whether the device came back.
import type { Change } from "../state/change.ts";
import type { AwayCalls } from "../state/away-calls.ts";
import type { FlowRecord } from "../state/flow.ts";
import { type Binding, bindingOf, deviceOf, type Registration } from "../state/registration.ts";
import type { TimerRequest } from "../timer.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { World } from "../world.ts";

/** The registration after the calls of a flow were taken in, and their timers. */
export interface Left {
  readonly registration: Registration;
  readonly changes: readonly Change[];
  readonly timers: readonly TimerRequest[];
}

/**
 * The flow of the record is gone. A device that is on another flow already takes its calls along.
 * @param registration of the record's user, without the bindings of the flow
 */
export function leaveCalls(
  record: FlowRecord | undefined,
  registration: Registration,
  { now, settings }: Pick<World, "now" | "settings">,
): Left {
  const { calls = [], instance } = record ?? {};
  const timers = calls.map((call) => lookLater(call, settings.lostCallSeconds));
  if (calls.length === 0 || instance === undefined) return { registration, changes: [], timers };
  const back = bindingOf(registration, instance, now);
  if (back !== undefined) {
    const { flow } = back;
    return { registration, changes: calls.map((call) => ({ kind: "flow call", flow, call }) as const), timers };
  }
  return { registration: waitForDevice(registration, instance, calls, { now, settings }), changes: [], timers };
}

/** The calls wait for the device. One that waits already keeps its time, for which it has a timer. */
export function waitForDevice(
  registration: Registration,
  device: string,
  calls: readonly string[],
  { now, settings }: Pick<World, "now" | "settings">,
): Registration {
  const { away = [] } = registration;
  const waiting = away.filter((one) => one.device === device && one.flow === undefined && one.until > now);
  const more = calls.filter((call) => !waiting.some((one) => one.calls.includes(call)));
  if (more.length === 0) return registration;
  return { ...registration, away: [...away, { device, calls: more, until: now + settings.lostCallSeconds }] };
}

/** The calls that a REGISTER takes along, all that wait in the registration, and the timers that tell their rows. */
interface Taken {
  readonly calls: readonly string[];
  readonly away: readonly AwayCalls[];
  readonly timers: readonly TimerRequest[];
}

/**
 * The device of a REGISTER is on `flow` from now on. It takes along the calls that wait for it, and those of the connections that
 * it has left, because the event of their closing may never come. Costs a read where there are such connections.
 */
export async function takeCalls(
  { away = [] }: Registration,
  binding: Binding | undefined,
  left: readonly FlowId[],
  { read, now, settings }: Pick<World, "read" | "now" | "settings">,
): Promise<Taken> {
  if (binding === undefined || settings.calls === "stateless") return { calls: [], away, timers: [] };
  const device = deviceOf(binding);
  const { flow } = binding;
  const isTaken = (one: AwayCalls): boolean => one.device === device && one.flow !== flow;
  const waiting = away.filter(isTaken).flatMap(({ calls }) => calls);
  const records = left.length === 0 ? [] : (await read({ flows: left })).flows;
  const moved = records.flatMap(({ calls = [] }) => calls);
  const others = moved.length === 0 ? [] : [{ device, calls: moved, until: now + settings.lostCallSeconds, flow }];
  return {
    calls: [...waiting, ...moved],
    away: [...away.map((one) => (isTaken(one) ? { ...one, flow } : one)), ...others],
    timers: moved.map((call) => lookLater(call, settings.lostCallSeconds)),
  };
}

/** The latest that is known about a call of a device which has lost a connection. */
export function lastAway({ away = [] }: Registration, device: string, call: string): AwayCalls | undefined {
  return away.findLast((one) => one.device === device && one.calls.includes(call));
}

export function lookLater(call: string, delaySeconds: number): TimerRequest {
  return { kind: "call", call, why: "flow closed", delaySeconds };
}
