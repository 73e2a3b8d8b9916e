// The logins of one user from one network, in the Flows table: they are read beside a flow. One row, replaced as a whole.
import type { DeviceLogins, FailureCount, LoginHistory } from "../../sip/state/login-history.ts";
import type { Row } from "../client/dynamodb.ts";
import { type Fields, optional, readMap, readMaps, readNumber, readString } from "../decode.ts";
import { type StoredRecord, withPrefix, type Write } from "./record.ts";
import { fieldsOfRow } from "./row.ts";
import { schema } from "./schema.ts";
import { putVersion } from "./versioned-row.ts";

const PREFIX = "logins:";

export const loginHistoryRecord: StoredRecord<"loginHistories"> = {
  table: "flows",
  isConsistent: true,
  ...withPrefix(PREFIX),
  decode: toLoginHistory,
};

export const putLoginHistory: Write<"login history"> = (db, table, { history, expiresAt }) => {
  const { key, ...rest } = history;
  const row = { flow: loginHistoryRecord.rowOf(key), ...rest };
  return putVersion(db, table, { key: schema.flows.key, row, expiresAt });
};

function toLoginHistory(attributes: Row): LoginHistory {
  const row = fieldsOfRow(schema.flows, attributes);
  return {
    key: readString(row, "flow").slice(PREFIX.length),
    version: readNumber(row, "version"),
    others: toFailureCount(readMap(row, "others")),
    devices: readMaps(row, "devices").map(toDeviceLogins),
  };
}

function toDeviceLogins(row: Fields): DeviceLogins {
  return {
    device: readString(row, "device"),
    ...toFailureCount(row),
    ...optional(row, "loggedInAt", readNumber),
  };
}

function toFailureCount(row: Fields): FailureCount {
  return { count: readNumber(row, "count"), last: readNumber(row, "last") };
}
