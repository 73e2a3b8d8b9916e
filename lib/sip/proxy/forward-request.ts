// RFC 3261 §16.6: the copy for one target. Each function is one step of the section and changes one header.
import {
  field,
  header,
  type HeaderField,
  type SipRequest,
  withFirst,
  withFirstValue,
  withOnly,
} from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import { hasParameter } from "../syntax/parameters.ts";
import { splitList } from "../syntax/scan.ts";
import type { Essentials } from "../syntax/essentials.ts";
import { type DialogToken, toDialogToken } from "../tokens/dialog-token.ts";
import type { World } from "../world.ts";
import { maxBreadth } from "./max-breadth.ts";
import { realmOf } from "../policy/settings.ts";

export interface CopyChanges {
  /** Step 2; absent keeps the URI, as a loose router does. */
  readonly uri?: string;
  /** Step 6: Route values to go through first, the Path of a registration (RFC 3327 §5.4). */
  readonly routes?: readonly string[];
  /** Max-Breadth of the copy (RFC 5393 §5.3.3); absent: that of the request. */
  readonly breadth?: number;
  /** Step 4; absent for a method without a dialog. */
  readonly recordRoute?: HeaderField;
  /** Step 8 */
  readonly via: HeaderField;
}

export function forwardRequest(request: SipRequest, essentials: Essentials, how: CopyChanges): SipRequest {
  const addressed = how.uri === undefined ? request : { ...request, uri: how.uri };
  const counted = withOneHopLess(addressed, essentials.maxForwards);
  const limited = withBreadth(counted, how.breadth ?? maxBreadth(request));
  const recorded = how.recordRoute === undefined ? limited : withFirst(limited, how.recordRoute);
  const routed = withFirst(recorded, ...(how.routes ?? []).map((route) => field("Route", route)));
  return withFirst(forStrictRouter(routed), how.via);
}

/** Step 6: a next hop that is a strict router gets its own URI as Request-URI, and the target at the end of the Route. */
export function forStrictRouter(request: SipRequest): SipRequest {
  const value = header(request, "route");
  const [top = "", ...rest] = value === undefined ? [] : splitList(value);
  const next = parseNameAddr(top);
  if (next?.uri.kind !== "sip" || hasParameter(next.uri.parameters, "lr")) return request;
  const popped = withFirstValue(request, "route", rest.length === 0 ? undefined : rest.join(", "));
  const last = popped.fields.findLastIndex(({ name }) => name === "route");
  const fields = popped.fields.toSpliced(last + 1, 0, field("Route", `<${request.uri}>`));
  return { ...popped, uri: next.address, fields };
}

/** RFC 5393 §5.3.3: in every request except ACK and CANCEL, which belong to an INVITE. */
function withBreadth(request: SipRequest, breadth: number): SipRequest {
  if (request.method === "ACK" || request.method === "CANCEL") return request;
  return withOnly(request, field("Max-Breadth", breadth));
}

/** Of a request without the header (step 3). */
const USUAL_MAX_FORWARDS = 70;

/** Step 3 */
function withOneHopLess(request: SipRequest, maxForwards: number | undefined): SipRequest {
  return withOnly(request, field("Max-Forwards", maxForwards === undefined ? USUAL_MAX_FORWARDS : maxForwards - 1));
}

/** Step 4: methods that create a dialog, of which this server stays on the path (RFC 3261 §12, RFC 6665, RFC 3515). */
const DIALOG_FORMING = new Set(["INVITE", "SUBSCRIBE", "REFER"]);

/** The Record-Route for a dialog between two ends; undefined for a method that creates no dialog. */
export function recordRoute(
  method: string,
  dialog: DialogToken,
  world: Pick<World, "settings" | "keys">,
): HeaderField | undefined {
  if (!DIALOG_FORMING.has(method)) return undefined;
  const token = toDialogToken(dialog, "dialog", world.keys);
  return field("Record-Route", `<sip:${token}@${realmOf(world)};transport=ws;lr>`);
}
