// PutEvents of EventBridge: a call that is well-formed succeeds, whatever becomes of its entries.
import { randomUUID } from "node:crypto";
import { isObject, type Json, type JsonObject, listAt, numberAt, parseObject, textAt } from "../../json.ts";
import { type ApiRequest, type ApiResponse, type AwsService, ServiceError } from "../service.ts";
import type { Throttling } from "../throttling.ts";
import type { BusEvent } from "./rules.ts";
import type { BusSpec } from "./spec.ts";

interface ApiOptions {
  readonly buses: readonly BusSpec[];
  readonly region: string;
  readonly account: string;
  readonly throttling: Throttling;
  readonly take: (bus: string, event: BusEvent) => void;
}

const MOST_ENTRIES = 10;
/** Octets of all entries of a call (AWS, since 29 January 2026). */
const MOST_OCTETS = 1_048_576;

export function createEventsApi(options: ApiOptions): AwsService {
  const { buses } = options;
  const busOf = (entry: Json): BusSpec | undefined => {
    const wanted = textAt(entry, "EventBusName") ?? "default";
    return buses.find(({ name, arn }) => name === wanted || arn === wanted);
  };
  /** The ARN of a bus that does not exist stands in no policy, so the call is denied. */
  const arnOf = (entry: Json): string => busOf(entry)?.arn ?? `${buses[0]?.arn ?? ""}/${textAt(entry, "EventBusName")}`;

  return {
    plan: ({ operation, body }: ApiRequest) => {
      if (operation !== "PutEvents") {
        throw new ServiceError(
          "UnknownOperationException",
          `the local cloud does not know ${operation} of EventBridge`,
        );
      }
      const entries = entriesIn(body);
      return {
        action: "events:PutEvents",
        resources: [...new Set(entries.map(arnOf))],
        names: [...new Set(entries.map((entry) => busOf(entry)?.logicalId ?? ""))].join(","),
        run: () => {
          const results = entries.map((entry) => put(entry, busOf(entry), options));
          const FailedEntryCount = results.filter((result) => "ErrorCode" in result).length;
          return Promise.resolve(toResponse({ FailedEntryCount, Entries: results }));
        },
      };
    },
    refuse: ({ code, message, status }) => toResponse({ __type: code, message }, status),
  };
}

function entriesIn(body: Buffer): readonly Json[] {
  const entries = listAt(parseObject(body.toString("utf8")), "Entries");
  if (entries.length < 1 || entries.length > MOST_ENTRIES) {
    const rule = entries.length < 1 ? "greater than or equal to 1" : `less than or equal to ${MOST_ENTRIES}`;
    throw new ServiceError(
      "ValidationException",
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${rule}`,
    );
  }
  if (entries.some((entry) => isObject(entry) && "Time" in entry && typeof entry["Time"] !== "number")) {
    throw new ServiceError("SerializationException", "Time is not a number of seconds");
  }
  if (entries.reduce<number>((sum, entry) => sum + octetsOf(entry), 0) >= MOST_OCTETS) {
    throw new ServiceError("ValidationException", "Total size of the entries in the request is over the limit.");
  }
  return entries;
}

/** As AWS counts it: 14 for a time, and the texts. */
function octetsOf(entry: Json): number {
  const texts = ["Source", "DetailType", "Detail"].map((name) => textAt(entry, name) ?? "");
  const time = isObject(entry) && "Time" in entry ? 14 : 0;
  return time + texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function put(entry: Json, bus: BusSpec | undefined, { region, account, throttling, take }: ApiOptions): JsonObject {
  const missing = ["Source", "DetailType", "Detail"].find((name) => (textAt(entry, name) ?? "") === "");
  if (missing !== undefined) {
    return refused("InvalidArgument", `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`);
  }
  const source = textAt(entry, "Source") ?? "";
  if (source.startsWith("aws.")) return refused("NotAuthorizedForSource", "Not authorized for the source.");
  const detail = parseObject(textAt(entry, "Detail") ?? "");
  if (detail === undefined) return refused("MalformedDetail", "Detail is malformed.");
  if (bus === undefined || throttling.refuses(bus.logicalId)) return refused("ThrottlingException", "Rate exceeded");
  const id = randomUUID();
  const seconds = numberAt(entry, "Time", Date.now() / 1000);
  take(bus.name, {
    version: "0",
    id,
    "detail-type": textAt(entry, "DetailType") ?? "",
    source,
    account,
    time: `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`,
    region,
    resources: [],
    detail,
  });
  return { EventId: id };
}

function refused(ErrorCode: string, ErrorMessage: string): JsonObject {
  return { ErrorCode, ErrorMessage };
}

function toResponse(body: JsonObject, status = 200): ApiResponse {
  return { status, headers: { "Content-Type": "application/x-amz-json-1.1" }, body: JSON.stringify(body) };
}
