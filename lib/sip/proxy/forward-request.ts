// RFC 3261 §16.6: the copy that goes to one target. Each verb is one of the section's steps and touches one header.
import { realmOf } from "../auth/challenge.ts";
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
import { type Dialog, toDialogToken } from "../tokens/dialog-token.ts";
import type { World } from "../world.ts";
import { maxBreadth } from "./max-breadth.ts";

export interface Forwarding {
  /** Step 2; absent keeps the URI, as a loose router does. */
  readonly uri?: string;
  /** Step 6: Route values to go through first, the Path of a registration (RFC 3327 §5.4). */
  readonly routes?: readonly string[];
  /** Branches this copy may have further on (RFC 5393 §5.3.3); absent: all that the request brought. */
  readonly breadth?: number;
  /** Step 4; absent stays out of the dialog. */
  readonly recordRoute?: HeaderField;
  /** Step 8 */
  readonly via: HeaderField;
}

export function forwardRequest(request: SipRequest, essentials: Essentials, how: Forwarding): SipRequest {
  const addressed = how.uri === undefined ? request : { ...request, uri: how.uri };
  const counted = withOneHopLess(addressed, essentials.maxForwards);
  const limited = withBreadth(counted, how.breadth ?? maxBreadth(request));
  const recorded = how.recordRoute === undefined ? limited : withFirst(limited, how.recordRoute);
  const routed = (how.routes ?? []).reduceRight((onward, route) => withFirst(onward, field("Route", route)), recorded);
  return withFirst(forStrictRouter(routed), how.via);
}

/** Step 6: a next hop that is a strict router finds itself in the Request-URI, and the target at the end of the Route. */
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

/** RFC 5393 §5.3.3: in every request but those that go hop by hop with another. */
function withBreadth(request: SipRequest, breadth: number): SipRequest {
  if (request.method === "ACK" || request.method === "CANCEL") return request;
  return withOnly(request, field("Max-Breadth", breadth));
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
export function recordRoute(method: string, dialog: Dialog, world: World): HeaderField | undefined {
  if (!DIALOG_FORMING.has(method)) return undefined;
  const token = toDialogToken(dialog, "dialog", world.keys);
  return field("Record-Route", `<sip:${token}@${realmOf(world)};transport=ws;lr>`);
}
