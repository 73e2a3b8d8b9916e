// Why a call comes to somebody else than it was meant for (RFC 5806): one Diversion value per forwarding, the last first.
import type { Aor } from "../syntax/aor.ts";
import { field, type SipRequest, withFirst } from "../syntax/message.ts";

/** Values of the header, topmost first. */
export type Diversions = readonly string[];

/** RFC 5806 §6.2 names these reasons. */
export function diversion(from: Aor, reason: "unconditional" | "user-busy" | "no-answer" | "unavailable"): string {
  return `<${from}>;reason=${reason};counter=1`;
}

/** The request with the forwardings it has been through. */
export function withDiversions(request: SipRequest, diversions: Diversions): SipRequest {
  return diversions.toReversed().reduce((noted, value) => withFirst(noted, field("Diversion", value)), request);
}
