// The state in memory: the same guarantees as DynamoDB's (conditional single-item writes, reads that see every committed
// write), for the simulation, for tests, and for a server of one process.
import type { Ports } from "../../signaling/ports.ts";
import { type Change, inSteps } from "../../sip/state/change.ts";
import { type RecordKind, type Records, snapshotOf } from "../../sip/state/snapshot.ts";
import type { Subscriber } from "../../sip/state/subscriber.ts";
import type { Aor } from "../../sip/syntax/aor.ts";
import type { Committed } from "./record.ts";
import { noRows, writes } from "./records.ts";
import { firstMessages } from "./stored-message.ts";
import { putSubscriber } from "./subscriber.ts";
import { watchingsOf } from "./watching.ts";

export interface MemoryState extends Pick<Ports, "read" | "commit"> {
  addSubscriber(subscriber: Subscriber): void;
  removeSubscriber(aor: Aor): void;
  /** Everything stored, for checks that nothing is left behind. */
  readonly rows: { readonly [Kind in RecordKind]: ReadonlyMap<string, Records[Kind]> };
}

export function createMemoryState(): MemoryState {
  const rows = noRows();

  function store<Kind extends Change["kind"]>(kind: Kind, change: Extract<Change, { readonly kind: Kind }>): Committed {
    return writes[kind](rows, change);
  }

  return {
    rows,
    addSubscriber: (subscriber) => putSubscriber(rows, subscriber),
    removeSubscriber: (aor) => void rows.subscribers.delete(aor),
    read: ({ watchers = [], ...keys }) => {
      const storedMessages = [...new Set(keys.storedMessages ?? [])].flatMap((key) => firstMessages(rows, key));
      const watching =
        watchers.length === 0 ? [] : [...rows.subscriptions].filter(([, { resource }]) => watchers.includes(resource));
      const subscriptions = [...(keys.subscriptions ?? []), ...watching.map(([key]) => key)];
      const snapshot = snapshotOf((kind) => found(rows[kind], kind === "subscriptions" ? subscriptions : keys[kind]));
      const watchings = [...new Set(keys.watchings ?? [])].flatMap((aor) => watchingsOf(rows, aor));
      return Promise.resolve({ ...snapshot, storedMessages, watchings });
    },
    commit: (changes) => {
      for (const step of inSteps(changes)) {
        if (step.map((change) => store(change.kind, change)).includes("conflict")) return Promise.resolve("conflict");
      }
      return Promise.resolve("committed");
    },
  };
}

function found<Stored>(rows: ReadonlyMap<string, Stored>, keys: readonly string[] = []): readonly Stored[] {
  if (keys.length === 0) return [];
  return [...new Set(keys)].map((key) => rows.get(key)).filter((row) => row !== undefined);
}
