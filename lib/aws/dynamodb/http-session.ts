// A session at the endpoint of an HTTP callee, in the Transactions table: one row, replaced as a whole.
import { deflateRawSync } from "node:zlib";
import { type HttpSession, httpSessionStates, type IceOfCaller, type LastOffer } from "../../sip/state/http-session.ts";
import type { Row, Tables } from "../client/dynamodb.ts";
import { type Fields, optional, readBoolean, readMap, readNumber, readString, readWord } from "../decode.ts";
import { toHttpCallee } from "./http-callee.ts";
import { type Committed, type StoredRecord, withPrefix, type Write } from "./record.ts";
import { fieldsOfRow, readDeflated } from "./row.ts";
import { schema } from "./schema.ts";
import { putVersion } from "./versioned-row.ts";

const PREFIX = "http-session:/";

export const httpSessionRecord: StoredRecord<"httpSessions"> = {
  table: "transactions",
  isConsistent: true,
  ...withPrefix(PREFIX),
  decode: toHttpSession,
};

export const addHttpSession: Write<"new http session"> = (db, table, { session }) => put(db, table, session);

export const putHttpSession: Write<"http session"> = (db, table, { session }) => put(db, table, session);

/** The answer is compressed: it is most of the row, which is written again with each step of the session. */
function put(db: Tables, table: string, session: HttpSession): Promise<Committed> {
  const { tag, answer, expiresAt, ...rest } = session;
  const compressed = answer !== undefined && { answer: deflateRawSync(answer) };
  const row = { id: httpSessionRecord.rowOf(tag), ...rest, ...compressed };
  return putVersion(db, table, { key: schema.transactions.key, row, expiresAt });
}

export function toHttpSession(attributes: Row): HttpSession {
  const row = fieldsOfRow(schema.transactions, attributes);
  const { isAcked } = optional(row, "isAcked", readBoolean);
  return {
    tag: readString(row, "id").slice(PREFIX.length),
    version: readNumber(row, "version"),
    aor: readString(row, "aor"),
    context: readString(row, "context"),
    index: readNumber(row, "index"),
    callId: readString(row, "callId"),
    callee: toHttpCallee(row, "callee"),
    state: readWord(row, "state", httpSessionStates),
    askedAt: readNumber(row, "askedAt"),
    ...optional(row, "url", readString),
    ...optional(row, "answer", (fields, name) => readDeflated(fields, name)),
    ...optional(row, "answeredAt", readNumber),
    ...(isAcked === true && { isAcked }),
    ...optional(row, "offer", toOffer),
    ...optional(row, "ice", toIce),
    ...optional(row, "endedAt", readNumber),
    ...optional(row, "toldAt", readNumber),
    expiresAt: readNumber(row, "expiresAt"),
  };
}

function toOffer(row: Fields, name: string): LastOffer {
  const offer = readMap(row, name);
  return { cseq: readNumber(offer, "cseq"), count: readNumber(offer, "count") };
}

function toIce(row: Fields, name: string): IceOfCaller {
  return { ufrag: readString(readMap(row, name), "ufrag") };
}
