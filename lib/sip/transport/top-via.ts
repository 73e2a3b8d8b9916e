// The topmost Via is the transport layer's: a request gets what we saw of its sender (RFC 3261 §18.2.1, RFC 3581 §4), a
// response loses ours (§16.7 step 3).
import { headers, type SipRequest, type SipResponse, type SipMessage, withFirstValue } from "../syntax/message.ts";
import { withParameter } from "../syntax/parameters.ts";
import { splitList } from "../syntax/scan.ts";
import { serializeVia, type Via } from "../syntax/via.ts";

/**
 * Adds `received` when the sent-by host is not the address the packet came from: for a browser that is always so, as its
 * sent-by is a random `.invalid` name. `rport` stays as it came: API Gateway does not tell the source port.
 */
export function withReceived(request: SipRequest, via: Via, source: string | undefined): SipRequest {
  if (source === undefined || via.host === source) return request;
  const noted = serializeVia({ ...via, parameters: withParameter(via.parameters, "received", source) });
  return withFirstValue(request, "via", [noted, ...furtherVias(request)].join(", "));
}

export function withoutTopVia<M extends SipRequest | SipResponse>(message: M): M {
  const rest = furtherVias(message);
  return withFirstValue(message, "via", rest.length === 0 ? undefined : rest.join(", "));
}

/** What stands behind the topmost element in the same field. */
function furtherVias(message: SipMessage): string[] {
  const [first = ""] = headers(message, "via");
  return splitList(first).slice(1);
}
