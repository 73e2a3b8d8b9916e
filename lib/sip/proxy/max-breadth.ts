// Max-Breadth (RFC 5393 §5.3): the branches that one request may have at a time, over all proxies. A fork divides it among
// its branches, so that forks of forks do not amplify.
import { decode, decodedValue } from "../syntax/header-table.ts";
import type { SipRequest } from "../syntax/message.ts";

/** §5.3.3: the value of a request without the header. */
const USUAL_MAX_BREADTH = 60;

/** A missing or malformed value counts as the usual one, and a larger one too. */
export function maxBreadth(request: SipRequest): number {
  return Math.min(decodedValue(decode(request, "Max-Breadth")) ?? USUAL_MAX_BREADTH, USUAL_MAX_BREADTH);
}
