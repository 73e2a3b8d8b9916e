// The state in memory: the same guarantees as DynamoDB's (conditional single-item writes, reads that see every committed
// write), for the simulation, for tests, and for a server of one process.
import type { Ports } from "../signaling/ports.ts";
import { type Change, inSteps } from "../sip/state/change.ts";
import type { ContactOwner } from "../sip/state/contact-owner.ts";
import type { FlowRecord } from "../sip/state/flow.ts";
import type { LoginFailures } from "../sip/state/login-failures.ts";
import type { Registration } from "../sip/state/registration.ts";
import type { ResponseContext } from "../sip/state/response-context.ts";
import type { ReadSet, Snapshot } from "../sip/state/snapshot.ts";
import type { Subscriber } from "../sip/state/subscriber.ts";

export interface MemoryState extends Pick<Ports, "read" | "commit"> {
  addSubscriber(subscriber: Subscriber): void;
  /** Everything stored, for checks that nothing is left behind. */
  readonly rows: {
    readonly registrations: ReadonlyMap<string, Registration>;
    readonly flows: ReadonlyMap<string, FlowRecord>;
    readonly contactOwners: ReadonlyMap<string, ContactOwner>;
    readonly contexts: ReadonlyMap<string, ResponseContext>;
    readonly failures: ReadonlyMap<string, LoginFailures>;
  };
}

export function createMemoryState(): MemoryState {
  const subscribers = new Map<string, Subscriber>();
  const registrations = new Map<string, Registration>();
  const flows = new Map<string, FlowRecord>();
  const contactOwners = new Map<string, ContactOwner>();
  const contexts = new Map<string, ResponseContext>();
  const failures = new Map<string, LoginFailures>();

  function read(keys: ReadSet): Snapshot {
    return {
      flows: found(flows, keys.flows),
      contactOwners: found(contactOwners, keys.contactOwners),
      registrations: found(registrations, keys.registrations),
      subscribers: found(subscribers, keys.subscribers),
      contexts: found(contexts, keys.contexts),
      loginFailures: found(failures, keys.loginFailures),
    };
  }

  function countAt(key: string, now: number): number {
    const counted = failures.get(key);
    return counted !== undefined && counted.expiresAt > now ? counted.count : 0;
  }

  function isCurrent(change: Change): boolean {
    if (change.kind === "registration") {
      return (registrations.get(change.registration.aor)?.version ?? 0) === change.registration.version;
    }
    if (change.kind === "forgiven logins") return countAt(change.key, change.at) === change.count;
    if (change.kind === "failed login" && change.read !== undefined) {
      return countAt(change.key, change.at) === change.read;
    }
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
      case "contact owner":
        contactOwners.set(change.owner.contact, change.owner);
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
        const { key, at, forgetAt } = change;
        failures.set(key, { key, count: 0, last: at, expiresAt: forgetAt });
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
    rows: { registrations, flows, contactOwners, contexts, failures },
    addSubscriber: (subscriber) => void subscribers.set(subscriber.aor, subscriber),
    read: (keys) => Promise.resolve(read(keys)),
    commit: (changes) => {
      for (const step of inSteps(changes)) {
        if (step.map(store).includes(false)) return Promise.resolve("conflict");
      }
      return Promise.resolve("committed");
    },
  };
}

function found<Stored>(rows: ReadonlyMap<string, Stored>, keys: readonly string[] = []): readonly Stored[] {
  return [...new Set(keys)].map((key) => rows.get(key)).filter((row) => row !== undefined);
}
