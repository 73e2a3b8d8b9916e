// The messages that wait: a partition for each receiver, in the order in which they are delivered.
import { MESSAGE_PAGE } from "../../sip/policy/messages.ts";
import type { StoredMessage } from "../../sip/state/stored-message.ts";
import type { Row } from "../client/dynamodb.ts";
import { readNumber, readString } from "../decode.ts";
import type { StoredRecord, Write } from "./record.ts";
import { fieldsOfRow } from "./row.ts";
import { schema } from "./schema.ts";

export const storedMessageRecord: StoredRecord<"storedMessages"> = {
  table: "messages",
  isConsistent: true,
  pageSize: MESSAGE_PAGE,
  rowOf: (key) => key,
  owns: () => true,
  decode: toStoredMessage,
};

export const putMessage: Write<"message"> = async (db, table, { message }) => {
  await db.put(table, message);
  return "committed";
};

export const removeMessage: Write<"message gone"> = async (db, table, { aor, id, isOver }) => {
  if (isOver) {
    await db.remove(table, { aor, id });
    return "committed";
  }
  const condition = { condition: "attribute_exists(#id)", names: { "#id": "id" } };
  const { kind } = await db.removeIf(table, { aor, id }, condition);
  return kind === "stored" ? "committed" : "conflict";
};

export function toStoredMessage(attributes: Row): StoredMessage {
  const row = fieldsOfRow(schema.messages, attributes);
  return {
    aor: readString(row, "aor"),
    id: readString(row, "id"),
    message: readString(row, "message"),
    expiresAt: readNumber(row, "expiresAt"),
  };
}
