// The identity of a connection. Its last digest and its calls are attributes of their own and written separately, because a
// REGISTER may write the other attributes at the same moment.
import type { FlowRecord, LastDigest } from "../../sip/state/flow.ts";
import type { Row, Update } from "../client/dynamodb.ts";
import { type Fields, optional, readMap, readNumber, readString, readStrings, readStringSet } from "../decode.ts";
import type { StoredRecord, Write } from "./record.ts";
import { fieldsOfRow } from "./row.ts";
import { schema } from "./schema.ts";

export const flowStored: StoredRecord<"flows"> = {
  table: "flows",
  isConsistent: true,
  rowOf: (key) => key,
  owns: (row) => !row.includes(":"),
  decode: toFlowRecord,
};

export const putFlow: Write<"flow"> = async (db, table, { record, ifAbsent }) => {
  if (ifAbsent !== true) {
    const { kind } = await db.updateIf(table, { [schema.flows.key]: record.flow }, replacing(record));
    return kind === "stored" ? "committed" : "conflict";
  }
  // Refused: another request wrote the record first, and its record stays.
  await db.putIf(table, toRow(record), {
    condition: "attribute_not_exists(#key)",
    names: { "#key": schema.flows.key },
  });
  return "committed";
};

function toRow({ calls = [], watched = [], ...record }: FlowRecord): Row {
  return { ...record, ...setsOf({ calls, watched }) };
}

/** DynamoDB has no empty set. */
function setsOf(lists: Readonly<Record<string, readonly string[]>>): Record<string, Set<string>> {
  const filled = Object.entries(lists).filter(([, list]) => list.length > 0);
  return Object.fromEntries(filled.map(([name, list]) => [name, new Set(list)]));
}

/** Replaces all attributes but the sets, to which those of the record are added: a call may begin at the same moment. */
function replacing({ flow: _key, calls = [], watched = [], ...record }: FlowRecord): Update {
  const present = Object.entries(record).filter(([, value]) => value !== undefined);
  const absent = OPTIONAL.filter((name) => record[name] === undefined);
  const sets = Object.entries(setsOf({ calls, watched }));
  const update = [
    `SET ${present.map(([name]) => `#${name} = :${name}`).join(", ")}`,
    ...(absent.length > 0 ? [`REMOVE ${absent.map((name) => `#${name}`).join(", ")}`] : []),
    ...(sets.length > 0 ? [`ADD ${sets.map(([name]) => `#${name} :${name}`).join(", ")}`] : []),
  ];
  const names = [...present.map(([name]) => name), ...absent, ...sets.map(([name]) => name)];
  return {
    update: update.join(" "),
    condition: IS_OPEN,
    names: { ...Object.fromEntries(names.map((name) => [`#${name}`, name])), ...CLOSED_AT },
    values: Object.fromEntries([...present, ...sets].map(([name, value]) => [`:${name}`, value])),
  };
}

const OPTIONAL = ["instance", "lastDigest"] as const;

const IS_OPEN = "attribute_not_exists(#closedAt)";
const CLOSED_AT = { "#closedAt": "closedAt" };

/** A call or a binding that is added at the same moment must not be forgotten: the record must be the one that was read. */
export const closeFlow: Write<"flow gone"> = async (db, table, { flow, read, closedAt, expiresAt }) => {
  const mark = {
    update: `SET #closedAt = :at, #expiresAt = :until, #identity = if_not_exists(#identity, :nobody), #bound = if_not_exists(#bound, :none)`,
    names: { ...CLOSED_AT, "#expiresAt": "expiresAt", "#identity": "identity", "#bound": "bound" },
    values: { ":at": closedAt, ":until": expiresAt, ":nobody": "", ":none": [] },
  };
  const { kind } = await db.updateIf(
    table,
    { [schema.flows.key]: flow },
    read === undefined ? mark : asRead(mark, read),
  );
  return kind === "stored" ? "committed" : "conflict";
};

function asRead(mark: Update, { calls, bound }: { readonly calls: readonly string[]; readonly bound: number }): Update {
  const same = withSameCalls(calls);
  const isBoundSame = bound === 0 ? "(attribute_not_exists(#bound) OR size(#bound) = :size)" : "size(#bound) = :size";
  return {
    ...mark,
    condition: `${same.condition} AND ${isBoundSame}`,
    names: { ...mark.names, "#calls": "calls" },
    values: { ...mark.values, ...same.values, ":size": bound },
  };
}

function withSameCalls(calls: readonly string[]) {
  return calls.length === 0
    ? { condition: "attribute_not_exists(#calls)" }
    : { condition: "#calls = :calls", values: { ":calls": new Set(calls) } };
}

/** Without the condition, an update would make a row that has no user. */
export const addCall: Write<"flow call"> = async (db, table, { flow, call, isUnwatched }) => {
  const change = changingCalls("ADD", call);
  const update = isUnwatched
    ? {
        ...change,
        condition: `${change.condition} AND attribute_not_exists(#watched)`,
        names: { ...change.names, "#watched": "watched" },
      }
    : change;
  const { kind } = await db.updateIf(table, { [schema.flows.key]: flow }, update);
  return kind === "stored" ? "committed" : "conflict";
};

export const removeCall: Write<"flow call over"> = async (db, table, { flow, call, at }) => {
  const { update, names, values, ...rest } = changingCalls("DELETE", call);
  await db.updateIf(
    table,
    { [schema.flows.key]: flow },
    {
      ...rest,
      update: `SET #idleSince = :at ${update}`,
      names: { ...names, "#idleSince": "idleSince" },
      values: { ...values, ":at": at },
    },
  );
  return "committed";
};

function changingCalls(verb: "ADD" | "DELETE", call: string) {
  return {
    update: `${verb} #calls :calls`,
    condition: `attribute_exists(#key) AND ${IS_OPEN}`,
    names: { ...CLOSED_AT, "#calls": "calls", "#key": schema.flows.key },
    values: { ":calls": new Set([call]) },
  };
}

/** A call that begins at the same moment finds the mark, or this finds the call. */
export const watchFlow: Write<"flow watched"> = async (db, table, { flow, event, calls }) => {
  const { condition, values } = withSameCalls(calls);
  const { kind } = await db.updateIf(
    table,
    { [schema.flows.key]: flow },
    {
      update: "ADD #watched :event",
      condition: `attribute_exists(#key) AND ${IS_OPEN} AND ${condition}`,
      names: { ...CLOSED_AT, "#watched": "watched", "#key": schema.flows.key, "#calls": "calls" },
      values: { ":event": new Set([event]), ...values },
    },
  );
  return kind === "stored" ? "committed" : "conflict";
};

/** Of two requests with one count at the same moment, one is stored and the other is decided again. */
export const putDigest: Write<"digest"> = async (db, table, { flow, digest, read }) => {
  const isStill =
    read === undefined
      ? "attribute_exists(#flow) AND attribute_not_exists(#lastDigest)"
      : "#lastDigest.#nonce = :nonce AND #lastDigest.#count = :count";
  const names =
    read === undefined
      ? { "#lastDigest": "lastDigest", "#flow": "flow" }
      : { "#lastDigest": "lastDigest", "#nonce": "nonce", "#count": "count" };
  const { kind } = await db.updateIf(
    table,
    { flow },
    {
      update: "SET #lastDigest = :digest",
      condition: `${IS_OPEN} AND ${isStill}`,
      names: { ...CLOSED_AT, ...names },
      values: { ":digest": digest, ...(read !== undefined && { ":nonce": read.nonce, ":count": read.count }) },
    },
  );
  // A repeated request whose first response was lost ends here too; the next read recognizes its digest.
  return kind === "stored" ? "committed" : "conflict";
};

export function toFlowRecord(attributes: Row): FlowRecord {
  const row = fieldsOfRow(schema.flows, attributes);
  return {
    flow: readString(row, "flow"),
    identity: readString(row, "identity"),
    ...optional(row, "instance", readString),
    bound: readStrings(row, "bound"),
    ...optional(row, "lastDigest", toLastDigest),
    ...optional(row, "calls", readStringSet),
    ...optional(row, "watched", readStringSet),
    ...optional(row, "idleSince", readNumber),
    ...optional(row, "closedAt", readNumber),
    expiresAt: readNumber(row, "expiresAt"),
  };
}

function toLastDigest(row: Fields, name: string): LastDigest {
  const digest = readMap(row, name);
  return {
    nonce: readString(digest, "nonce"),
    count: readNumber(digest, "count"),
    request: readString(digest, "request"),
  };
}
