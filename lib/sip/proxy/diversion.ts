// Forwardings of a call on its way here (RFC 5806), and the header Diversion. `history-info.ts` has the other header.
import type { Aor } from "../syntax/aor.ts";
import { field, type SipRequest, withFirst } from "../syntax/message.ts";

/** RFC 5806 §6.2. */
export type DiversionReason =
  | "unconditional"
  | "user-busy"
  | "no-answer"
  | "unavailable"
  | "do-not-disturb"
  | "time-of-day";

export interface Diversion {
  readonly from: Aor;
  readonly reason: DiversionReason;
  /** The URI that the policy of `from` names. */
  readonly to: string;
}

/** The last one first. */
export type Diversions = readonly Diversion[];

/** Value of the header. */
export function diversionValue({ from, reason }: Diversion): string {
  return `<${from}>;reason=${reason};counter=1`;
}

/** The request with a value for each forwarding, the last one topmost. */
export function withDiversions(request: SipRequest, diversions: Diversions): SipRequest {
  return diversions
    .toReversed()
    .reduce((noted, diversion) => withFirst(noted, field("Diversion", diversionValue(diversion))), request);
}
