// The subscriptions of one watcher: the index of the table Events, which has the keys of the rows with a watcher.
import { MAX_SUBSCRIPTIONS } from "../../sip/policy/events.ts";
import { readString } from "../decode.ts";
import type { StoredRecord } from "./record.ts";
import { fieldsOfRow } from "./row.ts";
import { schema } from "./schema.ts";

export const watchingRecord: StoredRecord<"watchings"> = {
  table: "events",
  isConsistent: false,
  pageSize: MAX_SUBSCRIPTIONS + 1,
  isIndexed: true,
  rowOf: (key) => key,
  owns: () => false,
  decode: (attributes) => {
    const row = fieldsOfRow(schema.events, attributes);
    return {
      watcher: readString(row, schema.events.index.key),
      resource: readString(row, "resource"),
      id: readString(row, "id"),
    };
  },
};
