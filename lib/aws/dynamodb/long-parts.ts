// The parts of a response context that are long and seldom change, in one attribute. The price of a write is that of the
// whole row, so longer parts are compressed, and parts that are too long even then are in a row of their own, which is not
// written again with every response. That row is named by its content and never changes: a context always finds the parts
// that it was stored with. A call to one device needs no other row, and a stateless one no compression, which costs 0.15 ms
// of CPU.
import { hash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { awsPlatform } from "../../sip/policy/platform.ts";
import type { ClientBranch, ResponseContext } from "../../sip/state/response-context.ts";
import { type ConditionalForwarding, dialedThings, type Target } from "../../sip/state/target.ts";
import type { Endpoint } from "../../sip/transport/endpoint.ts";
import type { Row } from "../client/dynamodb.ts";
import {
  type Fields,
  optional,
  readMap,
  readMaps,
  readNumber,
  readString,
  readStrings,
  readWord,
  wordOf,
} from "../decode.ts";
import { routings } from "../../sip/state/routing-policy.ts";
import { fieldsOfRow, readLongMap } from "./row.ts";
import { schema } from "./schema.ts";

export type BranchAddress = Pick<ClientBranch, "target" | "uri" | "routes" | "dialed" | "rungAt">;

export type LongParts = Pick<ResponseContext, "matchingKey" | "caller" | "request" | "toTag" | "waiting"> &
  Partial<
    Pick<ResponseContext, "forwarding" | "message" | "answerBy" | "startedAt" | "turnSeconds" | "forwardedAfter">
  > & {
    readonly branches: readonly BranchAddress[];
  };

/** Bytes of plain parts and final response that, with the rest of a row with one branch, are within one write unit. */
const MAX_PLAIN = 768;
/** The longest compressed parts that stay in the row of the context, in bytes. */
const MAX_INLINE = 640;

/** Seconds that the row outlives the context as it is now: timers move its end, but connections last two hours at most. */
const LINGERS = awsPlatform.longestFlowSeconds;

/** `id` of the row of its own. The ids of contexts have no slash. */
export function longRowId(context: string, name: string): string {
  return `${context}/${name}`;
}

export interface StoredParts {
  /** Row of the context's row: the parts, or the name of their own row. */
  readonly inline: Row;
  /** The row of their own, if it is to be written. */
  readonly apart?: Row;
}

/** @param otherBytes of the final response and the call in the context's row */
export function fromLongParts(context: ResponseContext, otherBytes: number): StoredParts {
  const text = JSON.stringify(longPartsOf(context));
  if (Buffer.byteLength(text) + otherBytes <= MAX_PLAIN) return { inline: { long: text } };
  const long = deflateRawSync(text);
  if (long.length <= MAX_INLINE) return { inline: { long } };
  const longParts = hash("sha256", text, "base64url").slice(0, 16);
  if (longParts === context.longParts) return { inline: { longParts } };
  const expiresAt = context.expiresAt + LINGERS;
  return { inline: { longParts }, apart: { id: longRowId(context.id, longParts), long, expiresAt } };
}

/** In one order, because the text names the row. */
export function longPartsOf(context: ResponseContext): LongParts {
  const { matchingKey, caller, request, toTag, branches, waiting } = context;
  const { forwarding, message, answerBy, startedAt, turnSeconds, forwardedAfter } = context;
  return {
    matchingKey,
    caller: endpoint(caller),
    request,
    toTag,
    branches: branches.map(addressOf),
    waiting: waiting.map(targetOf),
    ...(forwarding && { forwarding: forwardingOf(forwarding) }),
    ...(message !== undefined && { message }),
    ...(answerBy !== undefined && { answerBy }),
    ...(startedAt !== undefined && { startedAt }),
    ...(turnSeconds !== undefined && { turnSeconds }),
    ...(forwardedAfter !== undefined && { forwardedAfter }),
  };
}

function addressOf({ target, uri, routes, dialed, rungAt }: BranchAddress): BranchAddress {
  return {
    target: endpoint(target),
    uri,
    ...(routes && { routes }),
    ...(dialed && { dialed }),
    ...(rungAt !== undefined && { rungAt }),
  };
}

function targetOf({ end, uri, q, routes, dialed }: Target): Target {
  return { end: endpoint(end), uri, q, ...(routes && { routes }), ...(dialed && { dialed }) };
}

function endpoint({ flow, aor, instance }: Endpoint): Endpoint {
  return { flow, ...(aor !== undefined && { aor }), ...(instance !== undefined && { instance }) };
}

function forwardingOf(forwarding: ConditionalForwarding): ConditionalForwarding {
  const { aor, routing, busy, noAnswer, unreachable, visited } = forwarding;
  return {
    aor,
    routing,
    ...(busy !== undefined && { busy }),
    ...(noAnswer !== undefined && { noAnswer }),
    ...(unreachable !== undefined && { unreachable }),
    visited,
  };
}

/** From the attribute `long` of the context's row or of their own. */
export function toLongParts(attributes: Row): LongParts {
  const row = readLongMap(fieldsOfRow(schema.transactions, attributes), "long");
  return {
    matchingKey: readString(row, "matchingKey"),
    caller: toEndpoint(readMap(row, "caller")),
    request: readString(row, "request"),
    toTag: readString(row, "toTag"),
    branches: readMaps(row, "branches").map(toBranchAddress),
    waiting: readMaps(row, "waiting").map(toTarget),
    ...optional(row, "forwarding", toConditionalForwarding),
    ...optional(row, "message", readString),
    ...optional(row, "answerBy", readNumber),
    ...optional(row, "startedAt", readNumber),
    ...optional(row, "turnSeconds", readNumber),
    ...optional(row, "forwardedAfter", readNumber),
  };
}

function toBranchAddress(row: Fields): BranchAddress {
  return {
    target: toEndpoint(readMap(row, "target")),
    uri: readString(row, "uri"),
    ...optional(row, "routes", readStrings),
    ...optional(row, "dialed", wordOf(dialedThings)),
    ...optional(row, "rungAt", readNumber),
  };
}

function toTarget(row: Fields): Target {
  return {
    end: toEndpoint(readMap(row, "end")),
    uri: readString(row, "uri"),
    q: readNumber(row, "q"),
    ...optional(row, "routes", readStrings),
    ...optional(row, "dialed", wordOf(dialedThings)),
  };
}

function toConditionalForwarding(row: Fields, name: string): ConditionalForwarding {
  const forwarding = readMap(row, name);
  return {
    aor: readString(forwarding, "aor"),
    routing: readWord(forwarding, "routing", routings),
    ...optional(forwarding, "busy", readString),
    ...optional(forwarding, "noAnswer", readString),
    ...optional(forwarding, "unreachable", readString),
    visited: readStrings(forwarding, "visited"),
  };
}

function toEndpoint(row: Fields): Endpoint {
  return {
    flow: readString(row, "flow"),
    ...optional(row, "aor", readString),
    ...optional(row, "instance", readString),
  };
}
