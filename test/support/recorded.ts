// A network of phones whose lines are kept as CloudWatch Logs would deliver them, and a table of calls in memory.
import type { Calls } from "../../lib/aws/records/calls.ts";
import type { DeliveredLine } from "../../lib/aws/records/log-batch.ts";
import { readLine } from "../../lib/operations/line.ts";
import type { StoredCall } from "../../lib/operations/records/stored-call.ts";
import type { Settings } from "../../lib/sip/policy/settings.ts";
import { createNetwork, type Network } from "./phone/network.ts";

/** Operations of the services, as a line tells them. */
export type Operations = Record<"reads" | "writes" | "timers" | "posts", number>;

export interface RecordedNetwork {
  readonly network: Network;
  readonly lines: DeliveredLine[];
  /** Counted at the ports, whether or not a line tells them. */
  readonly operations: Operations;
}

const none = (): Operations => ({ reads: 0, writes: 0, timers: 0, posts: 0 });

export function recordedNetwork(settings: Partial<Settings> = {}): RecordedNetwork {
  const lines: DeliveredLine[] = [];
  const operations = none();
  let untold = none();
  const count = (kind: keyof Operations, number = 1) => {
    operations[kind] += number;
    untold[kind] += number;
  };
  const network: Network = createNetwork(settings, (ports) => ({
    read: (keys) => (count("reads"), ports.read(keys)),
    commit: (changes) => (count("writes", changes.length), ports.commit(changes)),
    setTimers: (timers) => (count("timers", timers.length), ports.setTimers(timers)),
    post: (flow, text) => (count("posts"), ports.post(flow, text)),
    observe(message, fields) {
      const text = JSON.stringify({ level: "INFO", message, ...fields, aws: untold });
      untold = none();
      const line = readLine(network.now() * 1000, text);
      if (line !== undefined) lines.push({ id: `line-${lines.length}`, line });
    },
  }));
  return { network, lines, operations };
}

/** The conditional write of the table (`lib/aws/records/calls.ts`) on a map. */
export function memoryCalls(): Calls & { readonly rows: ReadonlyMap<string, StoredCall> } {
  const rows = new Map<string, StoredCall>();
  const tellers = new Map<string, string>();
  return {
    rows,
    tell(callId, lineId, { kind, attributes }) {
      const key = `${callId} ${kind}`;
      const teller = tellers.get(key) ?? lineId;
      if (teller !== lineId) return Promise.resolve(undefined);
      tellers.set(key, lineId);
      const call: StoredCall = { ...rows.get(callId), ...attributes, callId };
      rows.set(callId, call);
      return Promise.resolve(call);
    },
  };
}
