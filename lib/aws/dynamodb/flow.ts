// The identity of a connection. Its last digest is an attribute of its own and written separately, because a REGISTER
// may write the other attributes at the same moment.
import type { FlowRecord, LastAnswer } from "../../sip/state/flow.ts";
import type { Row as Attributes } from "../client/dynamodb.ts";
import { optional, readMap, readNumber, readString, readStrings, type Row, toRow } from "./decode.ts";
import type { StoredRecord, Write } from "./record.ts";
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
export const putAnswer: Write<"answer"> = async (db, table, { flow, answer, read }) => {
  const isStill =
    read === undefined
      ? "attribute_exists(#flow) AND attribute_not_exists(#answered)"
      : "#answered.#nonce = :nonce AND #answered.#count = :count";
  const names =
    read === undefined
      ? { "#answered": "answered", "#flow": "flow" }
      : { "#answered": "answered", "#nonce": "nonce", "#count": "count" };
  const { kind } = await db.updateIf(
    table,
    { flow },
    {
      update: "SET #answered = :answer",
      condition: isStill,
      names,
      values: { ":answer": answer, ...(read !== undefined && { ":nonce": read.nonce, ":count": read.count }) },
    },
  );
  // A repeated call whose answer was lost ends here too; the next read recognizes its answer.
  return kind === "stored" ? "committed" : "conflict";
};

export function toFlowRecord(attributes: Attributes): FlowRecord {
  const row = toRow(schema.flows, attributes);
  return {
    flow: readString(row, "flow"),
    identity: readString(row, "identity"),
    ...optional(row, "instance", readString),
    bound: readStrings(row, "bound"),
    ...optional(row, "answered", toLastAnswer),
    expiresAt: readNumber(row, "expiresAt"),
  };
}

function toLastAnswer(row: Row, name: string): LastAnswer {
  const answer = readMap(row, name);
  return {
    nonce: readString(answer, "nonce"),
    count: readNumber(answer, "count"),
    request: readString(answer, "request"),
  };
}
