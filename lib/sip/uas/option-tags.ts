// Option tags (RFC 3261 §8.2.2.3, §16.3 step 5).
import { isToken } from "../syntax/characters.ts";
import { field, headers, type SipRequest } from "../syntax/message.ts";
import { splitList } from "../syntax/scan.ts";
import { type Reply, refusal } from "./reply.ts";

/** RFC 5626, RFC 5627 and RFC 3327: extensions of a registrar and edge proxy. */
export const supported: ReadonlySet<string> = new Set(["outbound", "gruu", "path"]);

/** RFC 4662 §4.1 and RFC 5367 §4: extensions of a SUBSCRIBE, which do not concern other methods. */
export const [EVENT_LIST, BROUGHT_LIST] = ["eventlist", "recipient-list-subscribe"] as const;
export const listTags: readonly string[] = [EVENT_LIST, BROUGHT_LIST];

/**
 * 420 that lists the unsupported tags; undefined if all are supported.
 * @param also tags, in lower case, that this method supports besides
 */
export function refuseExtensions(
  request: SipRequest,
  name: "require" | "proxy-require",
  also: readonly string[] = [],
): Reply | undefined {
  const isKnown = (tag: string) => supported.has(tag) || also.includes(tag);
  const unknown = tagsIn(request, name).filter((tag) => tag !== "" && !isKnown(tag.toLowerCase()));
  if (unknown.length === 0) return undefined;
  // Only tokens (§25.1) are repeated; anything else in their place is not echoed.
  const tokens = unknown.filter(isToken);
  return refusal("unsupported-extension", {
    fields: tokens.length === 0 ? [] : [field("Unsupported", tokens.join(", "))],
  });
}

/** The sender supports or requires the extension. */
export function wants(request: SipRequest, tag: string): boolean {
  return [...tagsIn(request, "supported"), ...tagsIn(request, "require")].some((known) => known.toLowerCase() === tag);
}

export function requires(request: SipRequest, tag: string): boolean {
  return tagsIn(request, "require").some((known) => known.toLowerCase() === tag);
}

/** Read by element and not by `decode`: a malformed tag is an unsupported one, and the others still count. */
function tagsIn(request: SipRequest, name: "supported" | "require" | "proxy-require"): readonly string[] {
  return headers(request, name).flatMap(splitList);
}
