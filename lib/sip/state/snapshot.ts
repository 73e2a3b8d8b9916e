// The reads of a decision: keys go out in a ReadSet, the records that exist come back in a Snapshot.
import type { Aor } from "../syntax/aor.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { ContactOwner } from "./contact-owner.ts";
import type { FlowRecord } from "./flow.ts";
import type { HttpCalls } from "./http-calls.ts";
import type { HttpSession } from "./http-session.ts";
import type { KeptResponse } from "./kept-response.ts";
import { isLive } from "./live.ts";
import type { LoginFailures } from "./login-failures.ts";
import type { LoginHistory } from "./login-history.ts";
import type { Registration } from "./registration.ts";
import type { ResourceState } from "./resource-state.ts";
import type { ResponseContext } from "./response-context.ts";
import type { StoredMessage } from "./stored-message.ts";
import type { Subscriber } from "./subscriber.ts";
import type { Subscription } from "./subscription.ts";
import type { Watching } from "./watching.ts";

/** Every record kind by the name it is read under. A new record adds one line here. */
export interface Records {
  readonly flows: FlowRecord;
  readonly contactOwners: ContactOwner;
  readonly registrations: Registration;
  readonly subscribers: Subscriber;
  readonly contexts: ResponseContext;
  readonly keptResponses: KeptResponse;
  readonly loginFailures: LoginFailures;
  readonly loginHistories: LoginHistory;
  /** Read under their receiver: the oldest `MESSAGE_PAGE`, in order. After a line feed and an id from this one on. */
  readonly storedMessages: StoredMessage;
  readonly resourceStates: ResourceState;
  readonly subscriptions: Subscription;
  /** Read under their watcher: as many as it may have, and one more, as of a moment ago. */
  readonly watchings: Watching;
  readonly httpSessions: HttpSession;
  /** Read by `httpCallsKey`. */
  readonly httpCalls: HttpCalls;
}

export type RecordKind = keyof Records;

/** Keys by kind, several of each. Duplicates are read once. */
export type ReadSet = { readonly [Kind in RecordKind]?: readonly string[] } & {
  /** Resources all of whose subscriptions are read, at a call of its own for each. */
  readonly watchers?: readonly string[];
};

/** The records that exist for the keys of a ReadSet, in no particular order. Expired records may be among them. */
export type Snapshot = { readonly [Kind in RecordKind]: readonly Records[Kind][] };

/** The snapshot that `recordsOf` gives each kind of record. A new record adds one line here, too. */
export function snapshotOf(recordsOf: <Kind extends RecordKind>(kind: Kind) => readonly Records[Kind][]): Snapshot {
  return {
    flows: recordsOf("flows"),
    contactOwners: recordsOf("contactOwners"),
    registrations: recordsOf("registrations"),
    subscribers: recordsOf("subscribers"),
    contexts: recordsOf("contexts"),
    keptResponses: recordsOf("keptResponses"),
    loginFailures: recordsOf("loginFailures"),
    loginHistories: recordsOf("loginHistories"),
    storedMessages: recordsOf("storedMessages"),
    resourceStates: recordsOf("resourceStates"),
    subscriptions: recordsOf("subscriptions"),
    watchings: recordsOf("watchings"),
    httpSessions: recordsOf("httpSessions"),
    httpCalls: recordsOf("httpCalls"),
  };
}

/** The record of a flow, unless it is absent, closed, or expired at `now` (epoch seconds). */
export function liveFlow({ flows }: Pick<Snapshot, "flows">, flow: FlowId, now: number): FlowRecord | undefined {
  return flows.find((record) => record.flow === flow && record.closedAt === undefined && isLive(record, now));
}

/** The record of a flow that has closed; expired or not, no record of that flow is stored any more. */
export function closedFlow({ flows }: Pick<Snapshot, "flows">, flow: FlowId): FlowRecord | undefined {
  return flows.find((record) => record.flow === flow && record.closedAt !== undefined);
}

export function liveContactOwner(
  { contactOwners }: Pick<Snapshot, "contactOwners">,
  contact: string,
  now: number,
): ContactOwner | undefined {
  return contactOwners.find((record) => record.contact === contact && isLive(record, now));
}

/** Version 0 and no bindings if nothing is stored. */
export function registrationOf({ registrations }: Pick<Snapshot, "registrations">, aor: Aor): Registration {
  return registrations.find((record) => record.aor === aor) ?? { aor, version: 0, bindings: [] };
}

export function subscriberOf({ subscribers }: Pick<Snapshot, "subscribers">, aor: Aor): Subscriber | undefined {
  return subscribers.find((record) => record.aor === aor);
}

/** Version 0 and nothing known if nothing is stored. */
export function resourceStateOf({ resourceStates }: Pick<Snapshot, "resourceStates">, resource: string): ResourceState {
  const stored = resourceStates.find((record) => record.resource === resource);
  return stored ?? { resource, version: 0, joins: 0, publications: [], expiresAt: 0 };
}

export function liveSubscription(
  { subscriptions }: Pick<Snapshot, "subscriptions">,
  { resource, id }: Pick<Subscription, "resource" | "id">,
  now: number,
): Subscription | undefined {
  return subscriptions.find((one) => one.resource === resource && one.id === id && isLive(one, now));
}

/** The context, expired or not: its version decides what may be written. */
export function storedContext({ contexts }: Pick<Snapshot, "contexts">, id: string): ResponseContext | undefined {
  return contexts.find((record) => record.id === id);
}

export function liveContext(
  { contexts }: Pick<Snapshot, "contexts">,
  id: string,
  now: number,
): ResponseContext | undefined {
  return contexts.find((record) => record.id === id && isLive(record, now));
}
