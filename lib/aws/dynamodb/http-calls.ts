// The open calls of an HTTP callee, in the Transactions table: one row, replaced as a whole.
import { type HttpCalls, httpCallsKey, type OpenHttpCall } from "../../sip/state/http-calls.ts";
import type { Row } from "../client/dynamodb.ts";
import { type Fields, optional, readMaps, readNumber, readString } from "../decode.ts";
import { type StoredRecord, withPrefix, type Write } from "./record.ts";
import { fieldsOfRow } from "./row.ts";
import { schema } from "./schema.ts";
import { putVersion } from "./versioned-row.ts";

/** No row of a context or of a kept response has a slash and no dot. */
const PREFIX = "http-calls:/";

export const httpCallsRecord: StoredRecord<"httpCalls"> = {
  table: "transactions",
  isConsistent: true,
  ...withPrefix(PREFIX),
  decode: toHttpCalls,
};

export const putHttpCalls: Write<"http calls"> = (db, table, { calls, expiresAt }) => {
  const row = { id: httpCallsRecord.rowOf(httpCallsKey(calls.aor)), ...calls };
  return putVersion(db, table, { key: schema.transactions.key, row, expiresAt });
};

function toHttpCalls(attributes: Row): HttpCalls {
  const row = fieldsOfRow(schema.transactions, attributes);
  return {
    aor: readString(row, "aor"),
    version: readNumber(row, "version"),
    open: readMaps(row, "open").map(toOpenCall),
  };
}

function toOpenCall(row: Fields): OpenHttpCall {
  return {
    tag: readString(row, "tag"),
    askedAt: readNumber(row, "askedAt"),
    ...optional(row, "caller", readString),
    ...optional(row, "seenAt", readNumber),
  };
}
