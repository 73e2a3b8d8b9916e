// The topmost Via: a request gets the address of its sender (RFC 3261 §18.2.1, RFC 3581 §4), a response loses our Via (§16.7
// step 3).
import { headers, type SipRequest, type SipResponse, type SipMessage, withFirstValue } from "../syntax/message.ts";
import { withParameter } from "../syntax/parameters.ts";
import { splitList } from "../syntax/scan.ts";
import { parseVia, serializeVia, type Via } from "../syntax/via.ts";

/**
 * Adds `received` if the sent-by host differs from the source address. For a browser it always does, because its sent-by is a
 * random `.invalid` name. `rport` is unchanged: API Gateway does not report the source port.
 */
export function withReceived(request: SipRequest, via: Via, source: string | undefined): SipRequest {
  if (source === undefined || via.host === source) return request;
  return withTopVia(request, { ...via, parameters: withParameter(via.parameters, "received", source) });
}

/** Undefined if it is malformed. */
export function topViaOf(message: SipMessage): Via | undefined {
  const [top = ""] = splitList(headers(message, "via")[0] ?? "");
  return parseVia(top);
}

/** The topmost Via with this one in its place. */
export function withTopVia<M extends SipMessage>(message: M, via: Via): M {
  return withFirstValue(message, "via", [serializeVia(via), ...furtherVias(message)].join(", "));
}

export function withoutTopVia<M extends SipRequest | SipResponse>(message: M): M {
  const rest = furtherVias(message);
  return withFirstValue(message, "via", rest.length === 0 ? undefined : rest.join(", "));
}

/** The elements after the topmost one in the same field. */
function furtherVias(message: SipMessage): string[] {
  const [first = ""] = headers(message, "via");
  return splitList(first).slice(1);
}
