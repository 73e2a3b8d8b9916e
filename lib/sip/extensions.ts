// Option tags (RFC 3261 §8.2.2.3, §16.3 step 5): what we are asked to understand, and do not.
import type { Refusal } from "./respond.ts";
import { field, headers, type SipRequest } from "./syntax/message.ts";
import { splitList } from "./syntax/scan.ts";

/** None yet: a tag stands here once everything its RFC asks of a registrar and a proxy is done. */
const supported = new Set<string>();

/** 420 with the tags we do not know; undefined if we know them all. */
export function unsupportedExtensions(request: SipRequest, name: "require" | "proxy-require"): Refusal | undefined {
  const tags = headers(request, name).flatMap(splitList);
  const unknown = tags.filter((tag) => tag !== "" && !supported.has(tag.toLowerCase()));
  return unknown.length === 0 ? undefined : { status: 420, fields: [field("Unsupported", unknown.join(", "))] };
}
