// The owner of a contact address, in the Flows table: it is read beside a flow and expires with one.
import type { ContactOwner } from "../../sip/state/contact-owner.ts";
import type { Row } from "../client/dynamodb.ts";
import { optional, readNumber, readString } from "../decode.ts";
import { type StoredRecord, withPrefix, type Write } from "./record.ts";
import { fieldsOfRow } from "./row.ts";
import { schema } from "./schema.ts";

const PREFIX = "contact:";

export const contactOwnerRecord: StoredRecord<"contactOwners"> = {
  table: "flows",
  isConsistent: true,
  ...withPrefix(PREFIX),
  decode: toContactOwner,
};

export const putContactOwner: Write<"contact owner"> = async (db, table, { owner }) => {
  const { contact, aor, device, expiresAt } = owner;
  await db.put(table, { flow: contactOwnerRecord.rowOf(contact), identity: aor, instance: device, expiresAt });
  return "committed";
};

function toContactOwner(attributes: Row): ContactOwner {
  const row = fieldsOfRow(schema.flows, attributes);
  const { instance } = optional(row, "instance", readString);
  return {
    contact: readString(row, "flow").slice(PREFIX.length),
    aor: readString(row, "identity"),
    ...(instance !== undefined && { device: instance }),
    expiresAt: readNumber(row, "expiresAt"),
  };
}
