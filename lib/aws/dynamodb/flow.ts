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
  if (ifAbsent !== true) await db.updateIf(table, { [schema.flows.key]: record.flow }, replacing(record));
  // Refused: another request wrote the record first, and its record stays.
  else
    await db.putIf(table, toRow(record), {
      condition: "attribute_not_exists(#key)",
      names: { "#key": schema.flows.key },
    });
  return "committed";
};

function toRow({ calls = [], ...record }: FlowRecord): Row {
  return { ...record, ...(calls.length > 0 && { calls: new Set(calls) }) };
}

/** Replaces all attributes but the calls, to which those of the record are added: a call may begin at the same moment. */
function replacing({ flow: _key, calls = [], ...record }: FlowRecord): Update {
  const present = Object.entries(record).filter(([, value]) => value !== undefined);
  const absent = OPTIONAL.filter((name) => record[name] === undefined);
  const update = [
    `SET ${present.map(([name]) => `#${name} = :${name}`).join(", ")}`,
    ...(absent.length > 0 ? [`REMOVE ${absent.map((name) => `#${name}`).join(", ")}`] : []),
    ...(calls.length > 0 ? ["ADD #calls :calls"] : []),
  ];
  const names = [...present.map(([name]) => name), ...absent, ...(calls.length > 0 ? ["calls"] : [])];
  return {
    update: update.join(" "),
    names: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    values: {
      ...Object.fromEntries(present.map(([name, value]) => [`:${name}`, value])),
      ...(calls.length > 0 && { ":calls": new Set(calls) }),
    },
  };
}

const OPTIONAL = ["instance", "lastDigest"] as const;

/** A call that begins at the same moment must not be forgotten: with `calls` the record must have the ones that were read. */
export const removeFlow: Write<"flow gone"> = async (db, table, { flow, calls }) => {
  const key = { [schema.flows.key]: flow };
  const names = { "#calls": "calls" };
  if (calls === undefined) {
    await db.remove(table, key);
    return "committed";
  }
  const { kind } = await db.removeIf(
    table,
    key,
    calls.length === 0
      ? { condition: "attribute_not_exists(#calls)", names }
      : { condition: "#calls = :calls", names, values: { ":calls": new Set(calls) } },
  );
  return kind === "stored" ? "committed" : "conflict";
};

/** Without the condition, an update would make a row that has no user. */
export const addCall: Write<"flow call"> = async (db, table, { flow, call }) => {
  const { kind } = await db.updateIf(table, { [schema.flows.key]: flow }, changingCalls("ADD", call));
  return kind === "stored" ? "committed" : "conflict";
};

export const removeCall: Write<"flow call over"> = async (db, table, { flow, call }) => {
  await db.updateIf(table, { [schema.flows.key]: flow }, changingCalls("DELETE", call));
  return "committed";
};

function changingCalls(verb: "ADD" | "DELETE", call: string): Update {
  return {
    update: `${verb} #calls :calls`,
    condition: "attribute_exists(#key)",
    names: { "#calls": "calls", "#key": schema.flows.key },
    values: { ":calls": new Set([call]) },
  };
}

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
      condition: isStill,
      names,
      values: { ":digest": digest, ...(read !== undefined && { ":nonce": read.nonce, ":count": read.count }) },
    },
  );
  // A repeated call whose answer was lost ends here too; the next read recognizes its digest.
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
