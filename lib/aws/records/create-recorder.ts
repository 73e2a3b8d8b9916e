// Log lines become records, events and metrics. A rejected batch is delivered again, and then leads to the same writes and
// events.
import type { LogLine } from "../../operations/line.ts";
import { type CallFact, callFactsOf } from "../../operations/records/call-fact.ts";
import { callEventsBetween, registrationEventsOf, type SipEvent } from "../../operations/records/events.ts";
import { measuresOf, measuresOfEvents } from "../../operations/records/measures.ts";
import { withoutFact } from "../../operations/records/stored-call.ts";
import { openTables } from "../client/dynamodb.ts";
import { openBuses } from "../client/event-bridge.ts";
import { required, variables } from "../environment.ts";
import { type Calls, createCalls } from "./calls.ts";
import { type DeliveredLine, linesOf, type SubscriptionEvent } from "./log-batch.ts";
import { createMeter, type Measured } from "./meter.ts";
import { createPublish, type Publish } from "./publisher.ts";

export type Recorder = (event: SubscriptionEvent) => Promise<void>;

export function createRecorder(environment: NodeJS.ProcessEnv): Recorder {
  const { [variables.eventBus]: bus, [variables.metrics]: metrics } = environment;
  const days = Number(environment[variables.recordDays]);
  const calls = createCalls(openTables(), required(environment, variables.callsTable), days);
  const publish = bus === undefined ? undefined : createPublish(openBuses(), bus);
  const service = environment[variables.metricsService] ?? "";
  const measure =
    metrics === undefined ? undefined : createMeter(service, metrics === "by domain" ? "by domain" : "total");
  return (event) => record(linesOf(event), { calls, publish, measure });
}

export interface Sinks {
  readonly calls: Calls;
  readonly publish?: Publish | undefined;
  readonly measure?: Measured | undefined;
}

/** Metrics come last: published twice they would be counted twice. */
export async function record(lines: readonly DeliveredLine[], { calls, publish, measure }: Sinks): Promise<void> {
  const byCall = Map.groupBy(lines, ({ id, line }) => line.callId ?? id);
  const events = (await Promise.all([...byCall.values()].map((ofCall) => eventsOf(ofCall, calls)))).flat();
  await publish?.(events);
  measure?.([...lines.flatMap(({ line }) => measuresOf(line)), ...measuresOfEvents(events)]);
}

/** One line after the other, so that the events of a call come in its order. */
async function eventsOf(lines: readonly DeliveredLine[], calls: Calls): Promise<readonly SipEvent[]> {
  const events: SipEvent[] = [];
  for (const { id, line } of lines) {
    events.push(...registrationEventsOf(line));
    for (const fact of callFactsOf(line)) events.push(...(await callEventsOf(calls, id, line, fact)));
  }
  return events;
}

async function callEventsOf(
  calls: Calls,
  id: string,
  { callId }: LogLine,
  fact: CallFact,
): Promise<readonly SipEvent[]> {
  if (callId === undefined) return [];
  const call = await calls.tell(callId, id, fact);
  return call === undefined ? [] : callEventsBetween(withoutFact(call, fact), call);
}
