// RFC 3261 §16.3: the checks of a request that need nothing stored.
import { refuseExtensions } from "../uas/option-tags.ts";
import type { Essentials } from "../syntax/essentials.ts";
import type { SipRequest } from "../syntax/message.ts";
import { parseUri, type SipUri } from "../syntax/uri.ts";
import { type Reply, refusal } from "../uas/reply.ts";

export type Validated = { readonly ok: true; readonly uri: SipUri } | { readonly ok: false; readonly reply: Reply };

export function validateRequest(request: SipRequest, essentials: Essentials): Validated {
  // Step 1: syntax. A Request-URI has no header part (§19.1.1).
  const uri = parseUri(request.uri);
  if (uri === undefined) return refuse(refusal("malformed-request-uri"));
  // Step 2
  if (uri.kind !== "sip") return refuse(refusal("unsupported-scheme"));
  if (uri.headers !== undefined) return refuse(refusal("request-uri-with-headers"));
  // Step 3
  if (essentials.maxForwards === 0) return refuse(refusal("too-many-hops"));
  // Step 5. Step 6, authorization, reads state and follows in `proxy.ts`.
  const unsupported = refuseExtensions(request, "proxy-require");
  return unsupported === undefined ? { ok: true, uri } : refuse(unsupported);
}

function refuse(reply: Reply): Validated {
  return { ok: false, reply };
}
