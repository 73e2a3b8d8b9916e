// The identity of a connection. Its last digest is an attribute of its own and written separately, because a REGISTER
// may write the other attributes at the same moment.
import type { FlowRecord, LastDigest } from "../../sip/state/flow.ts";
import type { Row } from "../client/dynamodb.ts";
import { type Fields, optional, readMap, readNumber, readString, readStrings } from "../decode.ts";
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
  if (ifAbsent !== true) await db.put(table, record);
  // Refused: another request wrote the record first, and its record stays.
  else await db.putIf(table, record, { condition: "attribute_not_exists(#key)", names: { "#key": schema.flows.key } });
  return "committed";
};

export const removeFlow: Write<"flow gone"> = async (db, table, { flow }) => {
  await db.remove(table, { [schema.flows.key]: flow });
  return "committed";
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
