// Shortened responses (RFC 3261 §16.7 step 6): for a row that may hold several of them, and for a platform that refuses long
// messages.
import { MAX_KEPT_RESPONSE } from "../policy/sizes.ts";
import { field, type SipResponse } from "../syntax/message.ts";
import { serialize } from "../syntax/serialize.ts";

/** Fields that the caller acts on; the rest explains. */
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

/** A refusal as it is, or without body and explanations if it is longer than is kept. */
function lean(response: SipResponse): SipResponse {
  if (serialize(response).length <= MAX_KEPT_RESPONSE) return response;
  const short = response.fields.filter(
    ({ name, start, end }) => KEPT.has(name) && (name === "via" || end - start <= 512),
  );
  return { ...response, fields: [...short.slice(0, 32), field("Content-Length", 0)], body: "" };
}

/** The response as it is kept and forwarded. Undefined if Via or reason phrase alone make it too long. */
export function leanResponse(response: SipResponse): SipResponse | undefined {
  const short = lean(response);
  return serialize(short).length <= MAX_KEPT_RESPONSE ? short : undefined;
}

/** The text to store. */
export function leanText(response: SipResponse): string | undefined {
  const short = leanResponse(response);
  return short && serialize(short);
}

const MANDATORY = new Set(["via", "from", "to", "call-id", "cseq"]);

/**
 * Replaces a final response that the platform cannot carry, so that the caller does not wait for ever: a refusal without
 * its body; 500 for a 2xx, which is useless without its body (the callee gives up when no ACK comes). Undefined for a
 * provisional response, which is dropped, and for a response without a body to leave out.
 */
export function smallerResponse(response: SipResponse): SipResponse | undefined {
  if (response.status < 200 || response.body === "") return undefined;
  const isRefusal = response.status >= 300;
  const fields = response.fields.filter(({ name }) => (isRefusal ? !name.startsWith("content-") : MANDATORY.has(name)));
  const bare = { ...response, fields: [...fields, field("Content-Length", 0)], body: "" };
  return isRefusal ? lean(bare) : { ...bare, status: 500, reason: "Response Too Large" };
}
