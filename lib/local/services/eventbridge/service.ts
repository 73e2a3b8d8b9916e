// EventBridge: the buses of the stack and the bus `default`, with rules that invoke functions.
import type { EmulatedService, RunningService } from "../service.ts";
import { createEventsApi } from "./api.ts";
import { type BusEvent, createRules } from "./rules.ts";
import { eventResources, readBuses, readRules } from "./spec.ts";

export interface RunningEvents extends RunningService {
  /** Every event that was taken, oldest first. */
  readonly events: readonly BusEvent[];
}

/** Events to keep, so that a cloud that runs for days does not grow. */
const MOST_KEPT = 10_000;

export const eventBridge: EmulatedService<RunningEvents> = {
  signingName: "events",
  targetPrefix: "AWSEvents",
  endpointVariable: "AWS_ENDPOINT_URL_EVENTBRIDGE",
  resources: eventResources,
  start: ({ stack, functions, throttling, log }) => {
    const buses = readBuses(stack);
    for (const { logicalId } of buses) throttling.offer(logicalId);
    const rules = createRules(readRules(stack), functions, log);
    const events: BusEvent[] = [];
    const { region, account } = stack.template;
    const take = (bus: string, event: BusEvent): void => {
      if (events.length >= MOST_KEPT) events.splice(0, MOST_KEPT / 2);
      events.push(event);
      rules.deliver(bus, event);
    };
    const api = createEventsApi({ buses, region, account, throttling, take });
    return Promise.resolve({ api, events, isBusy: () => rules.isBusy() });
  },
};
