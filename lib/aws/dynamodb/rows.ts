// The rows of the tables, both ways. Attribute names are those of the protocol's types.
import type { Subscriber } from "../../sip/auth/subscriber.ts";
import { algorithmNames, type DigestAlgorithm } from "../../sip/auth/algorithm.ts";
import type { Binding, Registration } from "../../sip/location/binding.ts";
import type { ClientBranch, ResponseContext } from "../../sip/proxy/response-context.ts";
import type { End } from "../../sip/transport/end.ts";
import type { FlowRecord } from "../../sip/world.ts";
import {
  optional,
  readBoolean,
  readMap,
  readMaps,
  readNumber,
  readString,
  readStrings,
  readWord,
  type Row,
  toRow,
} from "./decode.ts";
import { schema } from "./schema.ts";

/** As `unmarshall` gives it. */
type Attributes = Readonly<Record<string, unknown>>;

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
    expiresAt: readNumber(row, "expiresAt"),
    callId: readString(row, "callId"),
    cseq: readNumber(row, "cseq"),
  };
}

export function toFlowRecord(attributes: Attributes): FlowRecord {
  const row = toRow(schema.flows, attributes);
  return {
    flow: readString(row, "flow"),
    identity: readString(row, "identity"),
    ...optional(row, "instance", readString),
    bound: readStrings(row, "bound"),
    expiresAt: readNumber(row, "expiresAt"),
  };
}

export function toContext(attributes: Attributes): ResponseContext {
  const row = toRow(schema.transactions, attributes);
  return {
    id: readString(row, "id"),
    version: readNumber(row, "version"),
    caller: toEnd(readMap(row, "caller")),
    request: readString(row, "request"),
    toTag: readString(row, "toTag"),
    state: readWord(row, "state", ["proceeding", "accepted", "completed"]),
    ...optional(row, "final", toFinal),
    isCancelled: readBoolean(row, "isCancelled"),
    branches: readMaps(row, "branches").map(toBranch),
    epoch: readNumber(row, "epoch"),
    ringsUntil: readNumber(row, "ringsUntil"),
    expiresAt: readNumber(row, "expiresAt"),
  };
}

function toFinal(row: Row, name: string): NonNullable<ResponseContext["final"]> {
  const final = readMap(row, name);
  return { status: readNumber(final, "status"), reason: readString(final, "reason"), to: readString(final, "to") };
}

function toBranch(row: Row): ClientBranch {
  return {
    target: toEnd(readMap(row, "target")),
    uri: readString(row, "uri"),
    state: readWord(row, "state", ["calling", "proceeding", "accepted", "completed", "terminated"]),
    ...optional(row, "status", readNumber),
    ...optional(row, "response", readString),
    ...optional(row, "cancel", readCancel),
  };
}

function readCancel(row: Row, name: string): "wanted" | "sent" {
  return readWord(row, name, ["wanted", "sent"]);
}

function toEnd(row: Row): End {
  return {
    flow: readString(row, "flow"),
    ...optional(row, "aor", readString),
    ...optional(row, "instance", readString),
  };
}

export function toSubscriber(attributes: Attributes): Subscriber {
  const row = toRow(schema.subscribers, attributes);
  const stored = readMap(row, "ha1");
  const ha1: Partial<Record<DigestAlgorithm, string>> = {};
  for (const algorithm of algorithmNames) {
    if (stored.attributes[algorithm] !== undefined) ha1[algorithm] = readString(stored, algorithm);
  }
  return { aor: readString(row, "aor"), ha1 };
}
