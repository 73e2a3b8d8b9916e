// Events on a bus, at least once: entries that failed are put again, and at last the batch of lines is delivered again.
import { setTimeout } from "node:timers/promises";
import { PublishError } from "../../errors.ts";
import type { SipEvent } from "../../operations/records/events.ts";
import { type BusEntry, MAX_ENTRIES, type PutEvents } from "../client/event-bridge.ts";

/** Name of the source in every event. */
const EVENT_SOURCE = "sip-serverless";

/** Rejects with a {@link PublishError} if entries go on failing. */
export type Publish = (events: readonly SipEvent[]) => Promise<void>;

/** Milliseconds before each attempt. */
const PAUSES = [0, 100, 400] as const;

export function createPublish(put: PutEvents, bus: string): Publish {
  return async (events) => {
    const entries = events.map(({ type, at, detail }) => ({ source: EVENT_SOURCE, type, at, detail }));
    for (let from = 0; from < entries.length; from += MAX_ENTRIES) {
      await putAll(put, bus, entries.slice(from, from + MAX_ENTRIES));
    }
  };
}

async function putAll(put: PutEvents, bus: string, entries: readonly BusEntry[]): Promise<void> {
  let missing = entries;
  let codes: readonly (string | undefined)[] = [];
  for (const pause of PAUSES) {
    if (pause > 0) await setTimeout(pause * (0.5 + Math.random()));
    codes = await put(bus, missing);
    missing = missing.filter((_entry, index) => codes[index] !== undefined);
    if (missing.length === 0) return;
  }
  const reasons = new Set(codes.filter((code) => code !== undefined));
  throw new PublishError(`${missing.length} events were not put on ${bus}: ${[...reasons].join(", ")}`);
}
