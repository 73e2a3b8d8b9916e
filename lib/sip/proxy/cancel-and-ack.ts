// The two requests a proxy makes itself, hop by hop, out of what it remembers of an INVITE: CANCEL (RFC 3261 §9.1) and
// the ACK for a non-2xx (§17.1.1.3). Both carry the Via of the branch they belong to, and go the way its INVITE went.
import { parseCSeq } from "../syntax/cseq.ts";
import { field, header, type HeaderField, type SipRequest, type SipResponse } from "../syntax/message.ts";
import type { World } from "../world.ts";
import { viaOfBranch } from "../tokens/via-branch.ts";
import { forStrictRouter } from "./forward-request.ts";
import { requestOf, type ResponseContext } from "./response-context.ts";

/** Spares the phone a missed call (RFC 3326 §3.1). */
const TAKEN = 'SIP;cause=200;text="Call completed elsewhere"';

/** Says why: that the call was taken elsewhere, or what the caller said (RFC 3326 §2). */
export function cancelOf(context: ResponseContext, index: number, world: World): SipRequest {
  const reason = context.state === "accepted" ? TAKEN : context.cancelReason;
  const why = reason === undefined ? [] : [field("Reason", reason)];
  return hopRequest("CANCEL", context, index, undefined, why, world);
}

/** §17.1.1.3: To is the response's, because of its tag. */
export function ackOf(context: ResponseContext, index: number, response: SipResponse, world: World): SipRequest {
  return hopRequest("ACK", context, index, header(response, "to"), [], world);
}

function hopRequest(
  method: "ACK" | "CANCEL",
  context: ResponseContext,
  index: number,
  to: string | undefined,
  more: readonly HeaderField[],
  world: World,
): SipRequest {
  const invite = requestOf(context);
  const number = parseCSeq(header(invite, "cseq") ?? "")?.number ?? 0;
  const { uri = invite.uri, routes = [] } = context.branches[index] ?? {};
  const fields = [
    viaOfBranch({ context: context.id, index }, world),
    ...routes.map((route) => field("Route", route)),
    field("Max-Forwards", 70),
    field("From", header(invite, "from") ?? ""),
    field("To", to ?? header(invite, "to") ?? ""),
    field("Call-ID", header(invite, "call-id") ?? ""),
    field("CSeq", `${number} ${method}`),
    ...more,
    field("Content-Length", 0),
  ];
  return forStrictRouter({ kind: "request", method, uri, fields, body: "" });
}
