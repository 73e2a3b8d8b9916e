// The two requests that a proxy generates itself, hop by hop, from the remembered INVITE: CANCEL (RFC 3261 §9.1) and the
// ACK for a non-2xx (§17.1.1.3). Both carry the Via of their branch and take the route of its INVITE.
import { realmOf } from "../policy/settings.ts";
import { cseqNumber } from "../syntax/cseq.ts";
import { field, header, type SipRequest, type SipResponse } from "../syntax/message.ts";
import type { World } from "../world.ts";
import { viaOfBranch } from "../tokens/via-branch.ts";
import { forStrictRouter } from "./forward-request.ts";
import { requestOf } from "./response-context.ts";
import type { ResponseContext } from "../state/response-context.ts";

/** Keeps the phone from listing a missed call (RFC 3326 §3.1). */
export const TAKEN_ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"';

/** With a Reason: the call was taken elsewhere, or the caller's own (RFC 3326 §2). */
export function cancelOf(context: ResponseContext, index: number, world: Pick<World, "settings" | "keys">): SipRequest {
  const reason = context.state === "accepted" ? TAKEN_ELSEWHERE : context.cancelReason;
  return hopRequest(context, index, { method: "CANCEL", ...(reason !== undefined && { reason }) }, world);
}

/** §17.1.1.3: To is copied from the response, for its tag. */
export function ackOf(
  context: ResponseContext,
  index: number,
  response: SipResponse,
  world: Pick<World, "settings" | "keys">,
): SipRequest {
  const to = header(response, "to");
  return hopRequest(context, index, { method: "ACK", ...(to !== undefined && { to }) }, world);
}

interface HopRequest {
  readonly method: "ACK" | "CANCEL";
  /** In place of the INVITE's. */
  readonly to?: string;
  readonly reason?: string;
}

function hopRequest(
  context: ResponseContext,
  index: number,
  { method, to, reason }: HopRequest,
  world: Pick<World, "settings" | "keys">,
): SipRequest {
  const invite = requestOf(context);
  const number = cseqNumber(invite);
  const { uri = invite.uri, routes = [] } = context.branches[index] ?? {};
  const fields = [
    viaOfBranch({ context: context.id, index }, realmOf(world), world.keys),
    ...routes.map((route) => field("Route", route)),
    field("Max-Forwards", 70),
    field("From", header(invite, "from") ?? ""),
    field("To", to ?? header(invite, "to") ?? ""),
    field("Call-ID", header(invite, "call-id") ?? ""),
    field("CSeq", `${number} ${method}`),
    ...(reason === undefined ? [] : [field("Reason", reason)]),
    field("Content-Length", 0),
  ];
  return forStrictRouter({ kind: "request", method, uri, fields, body: "" });
}
