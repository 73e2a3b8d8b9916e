// The state in memory: the same promises as DynamoDB's (conditional single-item writes, reads that see every committed
// write), for the simulation, for tests, and one day for a server of one process.
import type { Subscriber } from "../sip/auth/subscriber.ts";
import type { Registration } from "../sip/location/binding.ts";
import type { ResponseContext } from "../sip/proxy/response-context.ts";
import { type Change, type FlowRecord, isLast, type Question, type Seen } from "../sip/world.ts";
import type { Ports } from "../signaling.ts";

export interface MemoryState extends Pick<Ports, "look" | "commit"> {
  addSubscriber(subscriber: Subscriber): void;
  /** Everything stored, for those who check that nothing is left behind. */
  readonly rows: {
    readonly registrations: ReadonlyMap<string, Registration>;
    readonly flows: ReadonlyMap<string, FlowRecord>;
    readonly contexts: ReadonlyMap<string, ResponseContext>;
  };
}

export function createMemoryState(): MemoryState {
  const subscribers = new Map<string, Subscriber>();
  const registrations = new Map<string, Registration>();
  const flows = new Map<string, FlowRecord>();
  const contexts = new Map<string, ResponseContext>();

  function look({ flow = "", registration = "", subscribers: asked = [], context = "" }: Question): Seen {
    const record = flows.get(flow);
    const stored = contexts.get(context);
    return {
      ...(record && { flow: record }),
      registration: registrations.get(registration) ?? { aor: registration, version: 0, bindings: [] },
      subscribers: [...new Set(asked)].map((aor) => subscribers.get(aor)).filter((found) => found !== undefined),
      ...(stored && { context: stored }),
    };
  }

  function isCurrent(change: Change): boolean {
    if (change.kind === "registration") {
      return (registrations.get(change.registration.aor)?.version ?? 0) === change.registration.version;
    }
    return change.kind !== "context" || (contexts.get(change.context.id)?.version ?? 0) === change.context.version;
  }

  /** False if the change was decided on something that is no longer stored. */
  function store(change: Change): boolean {
    if (!isCurrent(change)) return false;
    apply(change);
    return true;
  }

  function apply(change: Change): void {
    switch (change.kind) {
      case "registration": {
        const { aor, version } = change.registration;
        registrations.set(aor, { ...change.registration, version: version + 1 });
        break;
      }
      case "context":
        contexts.set(change.context.id, { ...change.context, version: change.context.version + 1 });
        break;
      case "flow":
        if (change.ifAbsent !== true || !flows.has(change.record.flow)) flows.set(change.record.flow, change.record);
        break;
      case "flow gone":
        flows.delete(change.flow);
        break;
    }
  }

  return {
    rows: { registrations, flows, contexts },
    addSubscriber: (subscriber) => void subscribers.set(subscriber.aor, subscriber),
    look: (question) => Promise.resolve(look(question)),
    commit: (changes) => {
      const stored = changes.filter((change) => !isLast(change)).map(store);
      if (stored.includes(false)) return Promise.resolve("conflict");
      changes.filter(isLast).forEach(apply);
      return Promise.resolve("committed");
    },
  };
}
