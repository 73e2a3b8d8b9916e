// A kept response: a row beside that of its context, compressed.
import { deflateRawSync } from "node:zlib";
import type { KeptResponse } from "../../sip/state/kept-response.ts";
import type { Row } from "../client/dynamodb.ts";
import { readNumber, readString } from "../decode.ts";
import type { StoredRecord, Write } from "./record.ts";
import { fieldsOfRow, readDeflated } from "./row.ts";
import { schema } from "./schema.ts";

export const keptResponseRecord: StoredRecord<"keptResponses"> = {
  table: "transactions",
  isConsistent: true,
  rowOf: (key) => key,
  owns: (row) => row.includes("."),
  decode: toKeptResponse,
};

/** In any case: a branch has one final response, and a repetition of the decision stores the same one. */
export const putKeptResponse: Write<"kept response"> = async (db, table, { kept }) => {
  const { key, response, expiresAt } = kept;
  await db.put(table, { id: key, response: deflateRawSync(response), expiresAt });
  return "committed";
};

function toKeptResponse(attributes: Row): KeptResponse {
  const row = fieldsOfRow(schema.transactions, attributes);
  return {
    key: readString(row, "id"),
    response: readDeflated(row, "response"),
    expiresAt: readNumber(row, "expiresAt"),
  };
}
