// The state that the subscriptions to a resource report: one row, in the partition of its subscriptions.
import type { Change } from "../../sip/state/change.ts";
import { contactEvents, type ListedContact } from "../../sip/state/listed-contact.ts";
import type { ListMember } from "../../sip/state/list-member.ts";
import { type ListedWatcher, watcherEnds } from "../../sip/state/listed-watcher.ts";
import type { Publication, ResourceState } from "../../sip/state/resource-state.ts";
import { dialogStates, type WatchedCall } from "../../sip/state/watched-call.ts";
import type { Row, Update } from "../client/dynamodb.ts";
import { type Fields, optional, readBoolean, readMaps, readNumber, readString, readWord, wordOf } from "../decode.ts";
import type { StoredRecord, Write } from "./record.ts";
import { fieldsOfRow } from "./row.ts";
import { schema } from "./schema.ts";
import { putVersion } from "./versioned-row.ts";

/** Its sort key. Those of subscriptions are hashes and longer. */
export const STATE_ROW = "state";

export const resourceStateRecord: StoredRecord<"resourceStates"> = {
  table: "events",
  isConsistent: true,
  rowOf: (key) => `${key}\n${STATE_ROW}`,
  owns: (row) => row.endsWith(`\n${STATE_ROW}`),
  decode: toResourceState,
};

export const putResourceState: Write<"resource state"> = (db, table, { state }) =>
  putVersion(db, table, {
    key: schema.events.key,
    row: rowOf(state),
    expiresAt: state.expiresAt,
    also: { condition: "#joins = :joins", names: { "#joins": "joins" }, values: { ":joins": state.joins } },
  });

function rowOf(state: ResourceState): Row & { version: number } {
  return { ...state, id: STATE_ROW };
}

export const joinResource: Write<"resource joined"> = async (db, table, { resource, version, ...joined }) => {
  const { kind } = await db.updateIf(table, { resource, id: STATE_ROW }, joining(joined, version));
  return kind === "stored" ? "committed" : "conflict";
};

type Join = Omit<Extract<Change, { readonly kind: "resource joined" }>, "kind" | "resource" | "version">;

function joining(
  { expiresAt, timerAt, timerLinks, joinedUntil, isNewWatcher, counted }: Join,
  version: number,
): Update {
  const one = isNewWatcher === true ? 1 : 0;
  const sets = {
    expiresAt,
    ...(timerAt !== undefined && { timerAt }),
    ...(timerLinks !== undefined && { timerLinks }),
    ...(joinedUntil !== undefined && { joinedUntil }),
    ...(counted !== undefined && { watchers: counted.watchers + one }),
    ...(counted?.fullSince !== undefined && { fullSince: counted.fullSince }),
  };
  const isAdded = isNewWatcher === true && counted === undefined;
  const names = ["version", "joins", ...Object.keys(sets), ...(isAdded ? ["watchers"] : [])];
  const assignments = ["#joins = #joins + :one", ...Object.keys(sets).map((name) => `#${name} = :${name}`)];
  return {
    update: `SET ${assignments.join(", ")}${isAdded ? " ADD #watchers :one" : ""}`,
    condition: "#version = :version",
    names: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    values: {
      ":one": 1,
      ":version": version,
      ...Object.fromEntries(Object.entries(sets).map(([name, value]) => [`:${name}`, value])),
    },
  };
}

export function toResourceState(attributes: Row): ResourceState {
  const row = fieldsOfRow(schema.events, attributes);
  return {
    resource: readString(row, "resource"),
    version: readNumber(row, "version"),
    joins: readNumber(row, "joins"),
    publications: readMaps(row, "publications").map(toPublication),
    ...optional(row, "isRegistered", readBoolean),
    ...optional(row, "isWithdrawn", readBoolean),
    ...optional(row, "unreported", readNumber),
    ...optional(row, "pacedUntil", readNumber),
    ...optional(row, "heldUntil", readNumber),
    ...optional(row, "calls", toWatchedCalls),
    ...optional(row, "contacts", toListedContacts),
    ...optional(row, "listed", toListedWatchers),
    ...optional(row, "members", toListMembers),
    ...optional(row, "joinedUntil", readNumber),
    ...optional(row, "timerAt", readNumber),
    ...optional(row, "timerLinks", readNumber),
    ...optional(row, "watchers", readNumber),
    ...optional(row, "fullSince", readNumber),
    expiresAt: readNumber(row, "expiresAt"),
  };
}

function toPublication(row: Fields): Publication {
  const { isDormant } = optional(row, "isDormant", readBoolean);
  return {
    id: readString(row, "id"),
    tag: readString(row, "tag"),
    body: readString(row, "body"),
    expiresAt: readNumber(row, "expiresAt"),
    ...(isDormant === true && { isDormant }),
  };
}

function toWatchedCalls(row: Fields, name: string): readonly WatchedCall[] {
  return readMaps(row, name).map(toWatchedCall);
}

function toWatchedCall(call: Fields): WatchedCall {
  return {
    call: readString(call, "call"),
    direction: readWord(call, "direction", ["initiator", "recipient"]),
    state: readWord(call, "state", dialogStates),
    ...optional(call, "callId", readString),
    ...optional(call, "localTag", readString),
    ...optional(call, "remoteTag", readString),
    remote: readString(call, "remote"),
    ...optional(call, "remoteUser", readString),
    ...optional(call, "remoteTarget", readString),
    ...optional(call, "localTarget", readString),
  };
}

function toListedWatchers(row: Fields, name: string): readonly ListedWatcher[] {
  return readMaps(row, name).map(toListedWatcher);
}

function toListedWatcher(row: Fields): ListedWatcher {
  return {
    id: readString(row, "id"),
    watcher: readString(row, "watcher"),
    ...optional(row, "ended", wordOf(watcherEnds)),
  };
}

function toListMembers(row: Fields, name: string): readonly ListMember[] {
  return readMaps(row, name).map(toListMember);
}

function toListMember(row: Fields): ListMember {
  const { isFull } = optional(row, "isFull", readBoolean);
  return { uri: readString(row, "uri"), ...optional(row, "at", readNumber), ...(isFull === true && { isFull }) };
}

function toListedContacts(row: Fields, name: string): readonly ListedContact[] {
  return readMaps(row, name).map(toListedContact);
}

function toListedContact(row: Fields): ListedContact {
  return {
    id: readString(row, "id"),
    uri: readString(row, "uri"),
    event: readWord(row, "event", contactEvents),
    q: readNumber(row, "q"),
    expiresAt: readNumber(row, "expiresAt"),
    callId: readString(row, "callId"),
    cseq: readNumber(row, "cseq"),
    ...optional(row, "instance", readString),
    ...optional(row, "regId", readNumber),
    ...optional(row, "temporaryGruu", readString),
    ...optional(row, "gruuCseq", readNumber),
  };
}
