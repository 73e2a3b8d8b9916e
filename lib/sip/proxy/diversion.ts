// Diversion (RFC 5806): one value per forwarding that led a call here, the last first.
import type { Aor } from "../syntax/aor.ts";
import { field, type SipRequest, withFirst } from "../syntax/message.ts";

/** Values of the header, topmost first. */
export type Diversions = readonly string[];

/** RFC 5806 §6.2. */
export type DiversionReason =
  | "unconditional"
  | "user-busy"
  | "no-answer"
  | "unavailable"
  | "do-not-disturb"
  | "time-of-day";

export function diversion(from: Aor, reason: DiversionReason): string {
  return `<${from}>;reason=${reason};counter=1`;
}

/** The request with the forwardings that led to its target. */
export function withDiversions(request: SipRequest, diversions: Diversions): SipRequest {
  return diversions.toReversed().reduce((noted, value) => withFirst(noted, field("Diversion", value)), request);
}
