// The policy of an HTTP callee, as an attribute of a subscriber or of a session.
import type { HttpCallee, HttpEnding } from "../../sip/state/http-callee.ts";
import { type Fields, optional, readMap, readNumber, readRecord, readString, readStrings } from "../decode.ts";

export function toHttpCallee(row: Fields, name: string): HttpCallee {
  const callee = readMap(row, name);
  return {
    url: readString(callee, "url"),
    ...optional(callee, "secret", readString),
    ...optional(callee, "form", (fields, at) => readRecord(fields, at, readString)),
    ...optional(callee, "end", toEnding),
    ...optional(callee, "headers", (fields, at) => readRecord(fields, at, readString)),
    ...optional(callee, "callers", readStrings),
    ...optional(callee, "limit", readNumber),
    ...optional(callee, "callerLimit", readNumber),
    ...optional(callee, "statuses", (fields, at) => readRecord(fields, at, readNumber)),
  };
}

function toEnding(row: Fields, name: string): HttpEnding {
  const ending = readMap(row, name);
  return { method: readString(ending, "method"), ...optional(ending, "path", readString) };
}
