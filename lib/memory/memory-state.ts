// The state in memory: the same promises as DynamoDB's (conditional single-item writes, reads that see every committed
// write), for the simulation, for tests, and one day for a server of one process.
import type { Subscriber } from "../sip/state/subscriber.ts";
import type { Registration } from "../sip/state/registration.ts";
import type { ResponseContext } from "../sip/proxy/response-context.ts";
import { type Change, type FlowRecord, inSteps, type LoginFailures, type Question, type Seen } from "../sip/world.ts";
import type { Ports } from "../signaling/signaling.ts";

export interface MemoryState extends Pick<Ports, "look" | "commit"> {
  addSubscriber(subscriber: Subscriber): void;
  /** Everything stored, for those who check that nothing is left behind. */
  readonly rows: {
    readonly registrations: ReadonlyMap<string, Registration>;
    readonly flows: ReadonlyMap<string, FlowRecord>;
    readonly contexts: ReadonlyMap<string, ResponseContext>;
    readonly failures: ReadonlyMap<string, LoginFailures>;
  };
}

export function createMemoryState(): MemoryState {
  const subscribers = new Map<string, Subscriber>();
  const registrations = new Map<string, Registration>();
  const flows = new Map<string, FlowRecord>();
  const contexts = new Map<string, ResponseContext>();
  const failures = new Map<string, LoginFailures>();

  function look(question: Question): Seen {
    const { flow = "", registration = "", subscribers: asked = [], context = "" } = question;
    const record = flows.get(flow);
    const stored = contexts.get(context);
    const counted = [...new Set(question.failures)].map((key) => failures.get(key)).filter((row) => row !== undefined);
    return {
      ...(record && { flow: record }),
      registration: registrations.get(registration) ?? { aor: registration, version: 0, bindings: [] },
      subscribers: [...new Set(asked)].map((aor) => subscribers.get(aor)).filter((found) => found !== undefined),
      ...(stored && { context: stored }),
      ...(counted.length > 0 && { failures: counted }),
    };
  }

  function isCurrent(change: Change): boolean {
    if (change.kind === "registration") {
      return (registrations.get(change.registration.aor)?.version ?? 0) === change.registration.version;
    }
    if (change.kind === "forgiven logins") return failures.get(change.key)?.count === change.count;
    if (change.kind === "answer") {
      const { nonce, count } = flows.get(change.flow)?.answered ?? {};
      return flows.has(change.flow) && nonce === change.read?.nonce && count === change.read?.count;
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
      case "answer": {
        const record = flows.get(change.flow);
        if (record !== undefined) flows.set(change.flow, { ...record, answered: change.answer });
        break;
      }
      case "flow gone":
        flows.delete(change.flow);
        break;
      case "forgiven logins": {
        const counted = failures.get(change.key);
        if (counted !== undefined) failures.set(change.key, { ...counted, count: 0 });
        break;
      }
      case "failed login": {
        const { key, at, forgetAt } = change;
        const before = failures.get(key);
        const count = before !== undefined && before.expiresAt > at ? before.count + 1 : 1;
        failures.set(key, { key, count, last: at, expiresAt: forgetAt });
        break;
      }
    }
  }

  return {
    rows: { registrations, flows, contexts, failures },
    addSubscriber: (subscriber) => void subscribers.set(subscriber.aor, subscriber),
    look: (question) => Promise.resolve(look(question)),
    commit: (changes) => {
      for (const step of inSteps(changes)) {
        if (step.map(store).includes(false)) return Promise.resolve("conflict");
      }
      return Promise.resolve("committed");
    },
  };
}
