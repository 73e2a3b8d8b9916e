// The bindings of an AOR: one row, replaced as a whole.
import { deflateRawSync } from "node:zlib";
import type { Binding, Registration } from "../../sip/state/registration.ts";
import type { Row } from "../client/dynamodb.ts";
import {
  type Fields,
  optional,
  readBoolean,
  readMap,
  readMaps,
  readNumber,
  readString,
  readStrings,
} from "../decode.ts";
import type { AwayCalls } from "../../sip/state/away-calls.ts";
import type { WaitingCall } from "../../sip/state/waiting-call.ts";
import type { WaitingMessages } from "../../sip/state/stored-message.ts";
import { fromHeldRequest, toHeldRequest } from "./held-request.ts";
import type { StoredRecord, Write } from "./record.ts";
import { fieldsOfRow, readDeflated } from "./row.ts";
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
  putVersion(db, table, { key: schema.registrations.key, row: fromRegistration(registration), expiresAt });

export function fromRegistration({ held, waiting, ...registration }: Registration): Row & { version: number } {
  return {
    ...registration,
    ...(held !== undefined && { held: held.map(fromHeldRequest) }),
    ...(waiting !== undefined && { waiting: waiting.map(fromWaitingCall) }),
  };
}

export function toRegistration(attributes: Row): Registration {
  const row = fieldsOfRow(schema.registrations, attributes);
  return {
    aor: readString(row, "aor"),
    version: readNumber(row, "version"),
    bindings: readMaps(row, "bindings").map(toBinding),
    ...optional(row, "held", (attributes, name) => readMaps(attributes, name).map(toHeldRequest)),
    ...optional(row, "away", (attributes, name) => readMaps(attributes, name).map(toAwayCalls)),
    ...optional(row, "asleep", (attributes, name) => readMaps(attributes, name).map(toBinding)),
    ...optional(row, "waiting", (attributes, name) => readMaps(attributes, name).map(toWaitingCall)),
    ...optional(row, "watched", readStrings),
    ...optional(row, "messages", toWaitingMessages),
  };
}

function toWaitingMessages(row: Fields, name: string): WaitingMessages {
  const messages = readMap(row, name);
  return {
    entries: readStrings(messages, "entries"),
    storedAt: readNumber(messages, "storedAt"),
    until: readNumber(messages, "until"),
    ...optional(messages, "delivery", (fields, delivery) => {
      const to = readMap(fields, delivery);
      return { flow: readString(to, "flow"), until: readNumber(to, "until") };
    }),
  };
}

function toAwayCalls(row: Fields): AwayCalls {
  return {
    device: readString(row, "device"),
    calls: readStrings(row, "calls"),
    until: readNumber(row, "until"),
    ...optional(row, "flow", readString),
  };
}

function fromWaitingCall({ message, ...waiting }: WaitingCall): Row {
  return { ...waiting, ...(message !== undefined && { message: deflateRawSync(message) }) };
}

function toWaitingCall(row: Fields): WaitingCall {
  return {
    call: readString(row, "call"),
    since: readNumber(row, "since"),
    until: readNumber(row, "until"),
    ...optional(row, "message", (fields, name) => readDeflated(fields, name)),
  };
}

function toBinding(row: Fields): Binding {
  const { wakesItself } = optional(row, "wakesItself", readBoolean);
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
    ...(wakesItself === true && { wakesItself }),
    ...optional(row, "connectedAt", readNumber),
    ...optional(row, "replaced", readStrings),
  };
}
