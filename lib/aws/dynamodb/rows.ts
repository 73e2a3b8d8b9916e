// The rows of the tables, both ways. Attribute names are those of the protocol's types.
import { deflateRawSync } from "node:zlib";
import type { Subscriber } from "../../sip/state/subscriber.ts";
import { algorithmNames, type DigestAlgorithm } from "../../sip/state/digest-algorithm.ts";
import type { Binding, Registration } from "../../sip/state/registration.ts";
import type { Forwarding, Routing } from "../../sip/state/routing-policy.ts";
import {
  optional,
  readBoolean,
  readDeflated,
  readMap,
  readMaps,
  readNumber,
  readString,
  readStrings,
  readWord,
  type Row,
  toRow,
} from "./decode.ts";
import { contactIn, contactRow } from "./flow-rows.ts";
import { schema } from "./schema.ts";
import type { ContactOwner } from "../../sip/state/contact-owner.ts";
import type { FlowRecord, LastAnswer } from "../../sip/state/flow.ts";
import type { ConditionalForwarding, Target } from "../../sip/state/target.ts";
import type { ClientBranch, ResponseContext } from "../../sip/state/response-context.ts";
import type { Endpoint } from "../../sip/transport/endpoint.ts";

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
    registeredAt: readNumber(row, "registeredAt"),
    expiresAt: readNumber(row, "expiresAt"),
    ...optional(row, "path", readStrings),
    callId: readString(row, "callId"),
    cseq: readNumber(row, "cseq"),
    ...optional(row, "connectedAt", readNumber),
    ...optional(row, "replaced", readStrings),
  };
}

export function toFlowRecord(attributes: Attributes): FlowRecord {
  const row = toRow(schema.flows, attributes);
  return {
    flow: readString(row, "flow"),
    identity: readString(row, "identity"),
    ...optional(row, "instance", readString),
    bound: readStrings(row, "bound"),
    ...optional(row, "answered", toLastAnswer),
    expiresAt: readNumber(row, "expiresAt"),
  };
}

/** The attribute names are those of a flow's row. */
export function toContactOwner(attributes: Attributes): ContactOwner {
  const row = toRow(schema.flows, attributes);
  return {
    contact: contactIn(readString(row, "flow")),
    aor: readString(row, "identity"),
    ...deviceIn(row),
    expiresAt: readNumber(row, "expiresAt"),
  };
}

function deviceIn(row: Row): Pick<ContactOwner, "device"> {
  const { instance } = optional(row, "instance", readString);
  return instance === undefined ? {} : { device: instance };
}

export function fromContactOwner({ contact, aor, device, expiresAt }: ContactOwner): Attributes {
  return { flow: contactRow(contact), identity: aor, instance: device, expiresAt };
}

function toLastAnswer(row: Row, name: string): LastAnswer {
  const answer = readMap(row, name);
  return {
    nonce: readString(answer, "nonce"),
    count: readNumber(answer, "count"),
    request: readString(answer, "request"),
  };
}

/** The whole request is kept compressed, and what is empty not at all: a row up to 1 KB costs one write unit. */
export function fromContext({
  message,
  final,
  waiting,
  ...context
}: ResponseContext): Attributes & { version: number } {
  return {
    ...context,
    ...(waiting.length > 0 && { waiting }),
    ...(message !== undefined && { message: deflateRawSync(message) }),
    ...(final !== undefined && { final: deflateAnswer(final, context) }),
  };
}

/** An answer repeats most of its request: with that as dictionary it takes next to nothing. */
function deflateAnswer(answer: string, { request }: Pick<ResponseContext, "request">): Buffer {
  return deflateRawSync(answer, { dictionary: Buffer.from(request) });
}

export function toContext(attributes: Attributes): ResponseContext {
  const row = toRow(schema.transactions, attributes);
  return {
    id: readString(row, "id"),
    matchingKey: readString(row, "matchingKey"),
    version: readNumber(row, "version"),
    caller: toEndpoint(readMap(row, "caller")),
    request: readString(row, "request"),
    toTag: readString(row, "toTag"),
    state: readWord(row, "state", ["proceeding", "accepted", "completed"]),
    ...optional(row, "provisional", toProvisional),
    ...optional(row, "final", (attributes, name) => readDeflated(attributes, name, readString(row, "request"))),
    ...optional(row, "unheard", toUnheard),
    isCancelled: readBoolean(row, "isCancelled"),
    ...optional(row, "cancelReason", readString),
    branches: readMaps(row, "branches").map(toBranch),
    waiting: row.attributes["waiting"] === undefined ? [] : readMaps(row, "waiting").map(toTarget),
    ...optional(row, "forwarding", toConditionalForwarding),
    ...optional(row, "message", (attributes, name) => readDeflated(attributes, name)),
    ...optional(row, "answerBy", readNumber),
    epoch: readNumber(row, "epoch"),
    ringsUntil: readNumber(row, "ringsUntil"),
    expiresAt: readNumber(row, "expiresAt"),
  };
}

function toProvisional(row: Row, name: string): NonNullable<ResponseContext["provisional"]> {
  const answer = readMap(row, name);
  return { status: readNumber(answer, "status"), reason: readString(answer, "reason"), to: readString(answer, "to") };
}

function toUnheard(row: Row, name: string): NonNullable<ResponseContext["unheard"]> {
  const unheard = readMap(row, name);
  return {
    ...optional(unheard, "response", readString),
    since: readNumber(unheard, "since"),
    isSent: readBoolean(unheard, "isSent"),
  };
}

function toBranch(row: Row): ClientBranch {
  return {
    target: toEndpoint(readMap(row, "target")),
    uri: readString(row, "uri"),
    ...optional(row, "routes", readStrings),
    state: readWord(row, "state", ["calling", "proceeding", "accepted", "completed", "terminated"]),
    ...optional(row, "status", readNumber),
    ...optional(row, "failure", readNumber),
    ...optional(row, "response", readString),
    ...optional(row, "cancel", readCancel),
    ...optional(row, "isLost", readBoolean),
  };
}

function toTarget(row: Row): Target {
  return {
    end: toEndpoint(readMap(row, "end")),
    uri: readString(row, "uri"),
    q: readNumber(row, "q"),
    ...optional(row, "routes", readStrings),
  };
}

function toConditionalForwarding(row: Row, name: string): ConditionalForwarding {
  const forwarding = readMap(row, name);
  return {
    aor: readString(forwarding, "aor"),
    routing: readRouting(forwarding, "routing"),
    ...optional(forwarding, "busy", readString),
    ...optional(forwarding, "noAnswer", readString),
    visited: readStrings(forwarding, "visited"),
  };
}

function readRouting(row: Row, name: string): Routing {
  return readWord(row, name, ["proxy", "redirect"]);
}

function readCancel(row: Row, name: string): "wanted" | "sent" {
  return readWord(row, name, ["wanted", "sent"]);
}

function toEndpoint(row: Row): Endpoint {
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
  return {
    aor: readString(row, "aor"),
    ha1,
    ...optional(row, "aliasOf", readString),
    ...optional(row, "group", readStrings),
    ...optional(row, "routing", readRouting),
    ...optional(row, "forwarding", toForwarding),
    ...optional(row, "ringSeconds", readNumber),
  };
}

function toForwarding(row: Row, name: string): Forwarding {
  const forwarding = readMap(row, name);
  return {
    ...optional(forwarding, "always", readString),
    ...optional(forwarding, "busy", readString),
    ...optional(forwarding, "noAnswer", readString),
  };
}
