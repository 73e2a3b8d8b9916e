// RFC 3261 §16.6: the copy that goes to one target. Each verb is one of the section's steps and touches one header.
import { realmOf } from "../auth/challenge.ts";
import { field, type HeaderField, type SipRequest, withFirst, withOnly } from "../syntax/message.ts";
import type { Essentials } from "../syntax/essentials.ts";
import type { World } from "../world.ts";

export interface Forwarding {
  /** Step 2; absent keeps the URI, as a loose router does. */
  readonly uri?: string;
  /** Step 4; absent stays out of the dialog. */
  readonly recordRoute?: HeaderField;
  /** Step 8 */
  readonly via: HeaderField;
}

export function forwardRequest(request: SipRequest, essentials: Essentials, how: Forwarding): SipRequest {
  const addressed = how.uri === undefined ? request : { ...request, uri: how.uri };
  const counted = withOneHopLess(addressed, essentials.maxForwards);
  const recorded = how.recordRoute === undefined ? counted : withFirst(counted, how.recordRoute);
  return withFirst(recorded, how.via);
}

/** What a request gets that never had one (step 3). */
const USUAL_MAX_FORWARDS = 70;

/** Step 3 */
function withOneHopLess(request: SipRequest, maxForwards: number | undefined): SipRequest {
  return withOnly(request, field("Max-Forwards", maxForwards === undefined ? USUAL_MAX_FORWARDS : maxForwards - 1));
}

/** Step 4: methods that create a dialog, in which we want to stay (RFC 3261 §12, RFC 6665, RFC 3515). */
const DIALOG_FORMING = new Set(["INVITE", "SUBSCRIBE", "REFER"]);

/** The route back through us for a dialog between two ends; undefined for a method that makes no dialog. */
export function recordRoute(method: string, token: string, world: World): HeaderField | undefined {
  if (!DIALOG_FORMING.has(method)) return undefined;
  return field("Record-Route", `<sip:${token}@${realmOf(world)};transport=ws;lr>`);
}
