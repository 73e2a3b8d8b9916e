// The bindings of an AOR: one row, replaced as a whole.
import type { Binding, Registration } from "../../sip/state/registration.ts";
import type { Row as Attributes } from "../client/dynamodb.ts";
import { optional, readMaps, readNumber, readString, readStrings, type Row, toRow } from "./decode.ts";
import type { StoredRecord, Write } from "./record.ts";
import { schema } from "./schema.ts";
import { putVersion } from "./versioned-row.ts";

export const registrationRecord: StoredRecord<"registrations"> = {
  table: "registrations",
  isConsistent: true,
  rowOf: (key) => key,
  owns: () => true,
  decode: toRegistration,
};

export const putRegistration: Write<"registration"> = (db, table, { registration, expiresAt }) =>
  putVersion(db, table, schema.registrations.key, registration, expiresAt);

export function toRegistration(attributes: Attributes): Registration {
  const row = toRow(schema.registrations, attributes);
  return {
    aor: readString(row, "aor"),
    version: readNumber(row, "version"),
    bindings: readMaps(row, "bindings").map(toBinding),
  };
}

function toBinding(row: Row): Binding {
  return {
    contact: readString(row, "contact"),
    flow: readString(row, "flow"),
    ...optional(row, "instance", readString),
    ...optional(row, "regId", readNumber),
    q: readNumber(row, "q"),
    registeredAt: readNumber(row, "registeredAt"),
    expiresAt: readNumber(row, "expiresAt"),
    ...optional(row, "path", readStrings),
    callId: readString(row, "callId"),
    cseq: readNumber(row, "cseq"),
    ...optional(row, "connectedAt", readNumber),
    ...optional(row, "replaced", readStrings),
  };
}
