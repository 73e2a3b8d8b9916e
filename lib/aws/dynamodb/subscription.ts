// A subscription to the state of a resource: one row, beside the row of that state.
import type { Subscription } from "../../sip/state/subscription.ts";
import type { Endpoint } from "../../sip/transport/endpoint.ts";
import type { Row } from "../client/dynamodb.ts";
import { type Fields, optional, readBoolean, readMap, readNumber, readString, readStrings } from "../decode.ts";
import type { StoredRecord, Write } from "./record.ts";
import { STATE_ROW } from "./resource-state.ts";
import { fieldsOfRow } from "./row.ts";
import { schema } from "./schema.ts";
import { putVersion } from "./versioned-row.ts";

export const subscriptionRecord: StoredRecord<"subscriptions"> = {
  table: "events",
  isConsistent: true,
  rowOf: (key) => key,
  owns: (row) => !row.endsWith(`\n${STATE_ROW}`),
  decode: toSubscription,
};

export const putSubscription: Write<"subscription"> = (db, table, { subscription }) =>
  putVersion(db, table, { key: schema.events.key, row: rowOf(subscription), expiresAt: subscription.expiresAt });

/** With the key of the index. */
function rowOf(subscription: Subscription): Row & { version: number } {
  const { aor } = subscription.watcher;
  return { ...subscription, ...(aor !== undefined && { [schema.events.index.key]: aor }) };
}

/** The version goes on, as it does when the mark is removed. */
export const askSubscription: Write<"subscription asked"> = async (db, table, { resource, id, at }) => {
  await db.updateIf(
    table,
    { resource, id },
    {
      update: "SET #version = #version + :one, #unanswered = :at",
      condition: "attribute_exists(#version) AND attribute_not_exists(#unanswered)",
      names: { "#version": "version", "#unanswered": "unansweredSince" },
      values: { ":one": 1, ":at": at },
    },
  );
  return "committed";
};

/** The version goes on: a decision that read the row before would bring the mark back. */
export const noteAnswer: Write<"subscription answered"> = async (db, table, { resource, id }) => {
  await db.updateIf(
    table,
    { resource, id },
    {
      update: "SET #version = #version + :one REMOVE #unanswered, #isNew",
      condition: "attribute_exists(#unanswered)",
      names: { "#version": "version", "#unanswered": "unansweredSince", "#isNew": "isNew" },
      values: { ":one": 1 },
    },
  );
  return "committed";
};

export const removeSubscription: Write<"subscription over"> = async (db, table, { resource, id, version }) => {
  const key = { resource, id };
  if (version === undefined) {
    await db.remove(table, key);
    return "committed";
  }
  const { kind } = await db.removeIf(table, key, {
    condition: "attribute_not_exists(#version) OR #version = :read",
    names: { "#version": "version" },
    values: { ":read": version },
  });
  return kind === "stored" ? "committed" : "conflict";
};

export function toSubscription(attributes: Row): Subscription {
  const row = fieldsOfRow(schema.events, attributes);
  return {
    resource: readString(row, "resource"),
    id: readString(row, "id"),
    version: readNumber(row, "version"),
    watcher: toEndpoint(row, "watcher"),
    contact: readString(row, "contact"),
    ...optional(row, "routes", readStrings),
    callId: readString(row, "callId"),
    from: readString(row, "from"),
    to: readString(row, "to"),
    ...optional(row, "eventId", readString),
    cseq: readNumber(row, "cseq"),
    base: readNumber(row, "base"),
    extra: readNumber(row, "extra"),
    expiresAt: readNumber(row, "expiresAt"),
    ...(optional(row, "isNew", readBoolean).isNew === true && { isNew: true }),
    ...optional(row, "unansweredSince", readNumber),
    ...optional(row, "lostAt", readNumber),
    ...optional(row, "list", readString),
  };
}

function toEndpoint(row: Fields, name: string): Endpoint {
  const end = readMap(row, name);
  return {
    flow: readString(end, "flow"),
    ...optional(end, "aor", readString),
    ...optional(end, "instance", readString),
  };
}
