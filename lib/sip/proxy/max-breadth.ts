// Max-Breadth (RFC 5393 §5.3): the branches that one request may have at a time, over all proxies. A fork divides it among
// its branches, so that forks of forks do not amplify.
import { header, type SipRequest } from "../syntax/message.ts";

/** §5.3.3: the value of a request without the header. */
const USUAL_MAX_BREADTH = 60;

export function maxBreadth(request: SipRequest): number {
  const value = header(request, "max-breadth");
  return value !== undefined && /^\d{1,9}$/.test(value)
    ? Math.min(Number(value), USUAL_MAX_BREADTH)
    : USUAL_MAX_BREADTH;
}
