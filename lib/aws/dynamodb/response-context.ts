// A response context: one row, replaced as a whole. A row of up to 1 KB costs one write unit.
import { deflateRawSync } from "node:zlib";
import type { ClientBranch, ResponseContext } from "../../sip/state/response-context.ts";
import { routings } from "../../sip/state/routing-policy.ts";
import type { ConditionalForwarding, Target } from "../../sip/state/target.ts";
import type { Endpoint } from "../../sip/transport/endpoint.ts";
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
  readWord,
} from "../decode.ts";
import type { StoredRecord, Write } from "./record.ts";
import { fieldsOfRow, readDeflated } from "./row.ts";
import { schema } from "./schema.ts";
import { putVersion } from "./versioned-row.ts";

export const responseContextRecord: StoredRecord<"contexts"> = {
  table: "transactions",
  isConsistent: true,
  rowOf: (key) => key,
  owns: () => true,
  decode: toContext,
};

export const putContext: Write<"context"> = (db, table, { context }) =>
  putVersion(db, table, schema.transactions.key, fromContext(context), context.expiresAt);

/** The request is stored compressed and empty attributes are left out: a row up to 1 KB costs one write unit. */
export function fromContext({ message, final, waiting, ...context }: ResponseContext): Row & { version: number } {
  return {
    ...context,
    ...(waiting.length > 0 && { waiting }),
    ...(message !== undefined && { message: deflateRawSync(message) }),
    ...(final !== undefined && { final: deflateAnswer(final, context) }),
  };
}

/** A response repeats most of its request, so with the request as dictionary it compresses to a few bytes. */
function deflateAnswer(answer: string, { request }: Pick<ResponseContext, "request">): Buffer {
  return deflateRawSync(answer, { dictionary: Buffer.from(request) });
}

export function toContext(attributes: Row): ResponseContext {
  const row = fieldsOfRow(schema.transactions, attributes);
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

function toProvisional(row: Fields, name: string): NonNullable<ResponseContext["provisional"]> {
  const answer = readMap(row, name);
  return { status: readNumber(answer, "status"), reason: readString(answer, "reason"), to: readString(answer, "to") };
}

function toUnheard(row: Fields, name: string): NonNullable<ResponseContext["unheard"]> {
  const unheard = readMap(row, name);
  return {
    ...optional(unheard, "response", readString),
    since: readNumber(unheard, "since"),
    isSent: readBoolean(unheard, "isSent"),
  };
}

function toBranch(row: Fields): ClientBranch {
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

function toTarget(row: Fields): Target {
  return {
    end: toEndpoint(readMap(row, "end")),
    uri: readString(row, "uri"),
    q: readNumber(row, "q"),
    ...optional(row, "routes", readStrings),
  };
}

function toConditionalForwarding(row: Fields, name: string): ConditionalForwarding {
  const forwarding = readMap(row, name);
  return {
    aor: readString(forwarding, "aor"),
    routing: readWord(forwarding, "routing", routings),
    ...optional(forwarding, "busy", readString),
    ...optional(forwarding, "noAnswer", readString),
    visited: readStrings(forwarding, "visited"),
  };
}

function readCancel(row: Fields, name: string): "wanted" | "sent" {
  return readWord(row, name, ["wanted", "sent"]);
}

function toEndpoint(row: Fields): Endpoint {
  return {
    flow: readString(row, "flow"),
    ...optional(row, "aor", readString),
    ...optional(row, "instance", readString),
  };
}
