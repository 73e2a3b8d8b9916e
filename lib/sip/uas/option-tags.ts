// Option tags (RFC 3261 §8.2.2.3, §16.3 step 5): what we are asked to understand, and do not.
import type { Refusal } from "./reply.ts";
import { isToken } from "../syntax/characters.ts";
import { field, headers, type SipRequest } from "../syntax/message.ts";
import { splitList } from "../syntax/scan.ts";

/** RFC 5626, RFC 5627 and RFC 3327, all of them things a registrar and an edge proxy do. */
export const supported: ReadonlySet<string> = new Set(["outbound", "gruu", "path"]);

/** 420 with the tags we do not know; undefined if we know them all. */
export function unsupportedExtensions(request: SipRequest, name: "require" | "proxy-require"): Refusal | undefined {
  const tags = headers(request, name).flatMap(splitList);
  const unknown = tags.filter((tag) => tag !== "" && !supported.has(tag.toLowerCase()));
  if (unknown.length === 0) return undefined;
  // We repeat option tags (§25.1: tokens), and nothing else that stands in their place.
  const tokens = unknown.filter(isToken);
  return { status: 420, fields: tokens.length === 0 ? [] : [field("Unsupported", tokens.join(", "))] };
}

/** Does the sender know the extension? */
function isSupported(request: SipRequest, tag: string): boolean {
  return headers(request, "supported")
    .flatMap(splitList)
    .some((known) => known.toLowerCase() === tag);
}

/** Knows it, or insists on it. */
export function wants(request: SipRequest, tag: string): boolean {
  return (
    isSupported(request, tag) ||
    headers(request, "require")
      .flatMap(splitList)
      .some((known) => known.toLowerCase() === tag)
  );
}
