// RFC 3261 §16.3: may this request be proxied at all? What costs nothing is asked first.
import { unsupportedExtensions } from "../uas/option-tags.ts";
import type { Refusal } from "../uas/reply.ts";
import type { Essentials } from "../syntax/essentials.ts";
import type { SipRequest } from "../syntax/message.ts";
import { parseUri, type SipUri } from "../syntax/uri.ts";

export type Validated = { readonly ok: true; readonly uri: SipUri } | { readonly ok: false; readonly refusal: Refusal };

export function validateRequest(request: SipRequest, essentials: Essentials): Validated {
  // Step 1: syntax. A Request-URI has no header part (§19.1.1), and it must never turn into headers.
  const uri = parseUri(request.uri);
  if (uri === undefined) return refuse({ status: 400, reason: "Malformed Request-URI" });
  // Step 2
  if (uri.kind !== "sip") return refuse({ status: 416 });
  if (uri.headers !== undefined) return refuse({ status: 400, reason: "Request-URI With Headers" });
  // Step 3
  if (essentials.maxForwards === 0) return refuse({ status: 483 });
  // Step 5; step 6, authorization, needs what is stored and follows in `proxy.ts`
  const unsupported = unsupportedExtensions(request, "proxy-require");
  return unsupported === undefined ? { ok: true, uri } : refuse(unsupported);
}

function refuse(refusal: Refusal): Validated {
  return { ok: false, refusal };
}
