// RFC 3261 §16.3: the checks of a request that need nothing stored.
import type { Essentials } from "../syntax/essentials.ts";
import { readUri } from "../syntax/leniency.ts";
import type { SipRequest } from "../syntax/message.ts";
import type { SipUri } from "../syntax/uri.ts";
import { refuseExtensions } from "../uas/option-tags.ts";
import { type Reply, refusal } from "../uas/reply.ts";

/**
 * Steps 3 and 5, of every request that is forwarded. Step 6, authorization, reads state and follows in `proxy.ts`.
 * §8.2.2.3: Proxy-Require is ignored in a CANCEL and in an ACK; their INVITE was judged by it.
 */
export function refuseHop(request: SipRequest, { maxForwards }: Essentials): Reply | undefined {
  if (maxForwards === 0) return refusal("too-many-hops");
  if (request.method === "CANCEL" || request.method === "ACK") return undefined;
  return refuseExtensions(request, "proxy-require");
}

export type ReadUri =
  | { readonly ok: true; readonly uri: SipUri; readonly request: SipRequest }
  | { readonly ok: false; readonly why: UriProblem };

type UriProblem = "malformed-request-uri" | "unsupported-scheme" | "request-uri-with-headers";

/**
 * Steps 1 and 2, of a request that the Request-URI leads on. Within a dialog the Route does (§16.4), and the Request-URI
 * is the peer's own Contact (§12.2.1.1), which this server neither reads nor changes.
 */
export function readRequestUri(request: SipRequest): ReadUri {
  const read = readUri(request.uri);
  if (read === undefined) return { ok: false, why: "malformed-request-uri" };
  const { uri, text } = read;
  if (uri.kind !== "sip") return { ok: false, why: "unsupported-scheme" };
  if (uri.headers !== undefined) return { ok: false, why: "request-uri-with-headers" }; // §19.1.1
  return { ok: true, uri, request: text === request.uri ? request : { ...request, uri: text } };
}
