// The one call to EventBridge. A call succeeds as a whole although some of its entries failed (`FailedEntryCount`), and the SDK
// repeats none of those: they are results.
import { EventBridgeClient, type EventBridgeClientConfig, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { requestHandler } from "./request-handler.ts";
import { createRetries } from "./retries.ts";

export interface BusEntry {
  readonly source: string;
  readonly type: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly detail: object;
}

/** Most entries of a call. */
export const MAX_ENTRIES = 10;

/** Puts up to ten entries on a bus. The result has an error code for each entry that failed, and undefined for the others. */
export type PutEvents = (bus: string, entries: readonly BusEntry[]) => Promise<readonly (string | undefined)[]>;

const ATTEMPTS = 3;

export function openBuses(config: EventBridgeClientConfig = {}): PutEvents {
  const client = new EventBridgeClient({ requestHandler, retryStrategy: createRetries(ATTEMPTS), ...config });
  return async (bus, entries) => {
    const { Entries = [] } = await client.send(
      new PutEventsCommand({
        Entries: entries.map(({ source, type, at, detail }) => ({
          EventBusName: bus,
          Source: source,
          DetailType: type,
          Time: new Date(at),
          Detail: JSON.stringify(detail),
        })),
      }),
    );
    return entries.map((_entry, index) => Entries[index]?.ErrorCode);
  };
}
