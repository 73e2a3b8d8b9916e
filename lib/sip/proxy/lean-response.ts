// A refusal as it is kept while others may bring a better one: whole, unless it is so long that a few of them would not fit
// into one row (DynamoDB items end at 400 KB).
import { field, type SipResponse } from "../syntax/message.ts";
import { serialize } from "../syntax/serialize.ts";

/** Characters of a refusal, its body included. */
const MAX_KEPT = 4096;

/** What the caller can do something with; the rest is explanation. */
const KEPT = new Set([
  "via",
  "from",
  "to",
  "call-id",
  "cseq",
  "contact",
  "www-authenticate",
  "proxy-authenticate",
  "retry-after",
  "unsupported",
  "reason",
]);

export function lean(response: SipResponse): SipResponse {
  if (serialize(response).length <= MAX_KEPT) return response;
  const short = response.fields.filter(
    ({ name, start, end }) => KEPT.has(name) && (name === "via" || end - start <= 512),
  );
  return { ...response, fields: [...short.slice(0, 32), field("Content-Length", 0)], body: "" };
}

/** As it is kept. Undefined if even that is too long, with Via or reason: then an answer of ours has to do. */
export function leanText(response: SipResponse): string | undefined {
  const text = serialize(lean(response));
  return text.length <= MAX_KEPT ? text : undefined;
}
