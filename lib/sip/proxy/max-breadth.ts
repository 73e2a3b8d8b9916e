// Max-Breadth (RFC 5393 §5.3): how many branches one request may have at a time, all proxies together. What a fork hands
// on is divided among its branches, so no one can be made an amplifier.
import { header, type SipRequest } from "../syntax/message.ts";

/** §5.3.3: what a request without the header is worth. */
const USUAL_MAX_BREADTH = 60;

export function maxBreadth(request: SipRequest): number {
  const value = header(request, "max-breadth");
  return value !== undefined && /^\d{1,9}$/.test(value)
    ? Math.min(Number(value), USUAL_MAX_BREADTH)
    : USUAL_MAX_BREADTH;
}
