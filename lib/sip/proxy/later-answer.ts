// A 2xx of a further device, for a call that another device has answered (RFC 3261 §16.7 step 5). It is forwarded, and the
// caller ends the dialog (§13.2.2.4), unless the settings say that the proxy does: with an ACK, so that the device stops
// repeating the 2xx, and a BYE.
import { type Send, send } from "../effect.ts";
import { realmOf } from "../policy/settings.ts";
import type { ResponseContext } from "../state/response-context.ts";
import { isOurDomain } from "../syntax/aor.ts";
import { cseqNumber } from "../syntax/cseq.ts";
import { field, header, headers, type SipRequest, type SipResponse } from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import { splitList } from "../syntax/scan.ts";
import { MAGIC_COOKIE } from "../syntax/via.ts";
import { sign } from "../tokens/signature.ts";
import { ourVia } from "../tokens/via-branch.ts";
import type { World } from "../world.ts";
import { TAKEN_ELSEWHERE } from "./cancel-and-ack.ts";
import { forStrictRouter } from "./forward-request.ts";
import { requestOf } from "./response-context.ts";

/** The 2xx of another branch went to the caller. A branch that was ended here has no status. */
export function isLaterAnswer({ branches }: ResponseContext, index: number): boolean {
  return branches.some(({ status = 0 }, at) => at !== index && status >= 200 && status < 300);
}

/** The ACK and the BYE, each time that the 2xx comes: the earlier ones may have been lost on the way. */
export function endAnswer(
  context: ResponseContext,
  index: number,
  response: SipResponse,
  world: Pick<World, "settings" | "keys">,
): readonly Send[] {
  const target = context.branches[index]?.target;
  if (target === undefined) return [];
  const requests = [
    requestIn(context, index, response, { method: "ACK" }, world),
    requestIn(context, index, response, { method: "BYE", reason: TAKEN_ELSEWHERE }, world),
  ];
  return requests.map((request) => send(target, request));
}

/** A request of the caller's side in the dialog of the 2xx (§12.2.1.1). */
function requestIn(
  context: ResponseContext,
  index: number,
  response: SipResponse,
  { method, reason }: { readonly method: "ACK" | "BYE"; readonly reason?: string },
  world: Pick<World, "settings" | "keys">,
): SipRequest {
  const invite = requestOf(context);
  const number = cseqNumber(invite) + (method === "ACK" ? 0 : 1);
  const branch = MAGIC_COOKIE + sign("branch", [context.id, index, method].join("\n"), world.keys);
  const fields = [
    ourVia([{ name: "branch", value: branch }], realmOf(world)),
    ...routesBehind(response, world).map((route) => field("Route", route)),
    field("Max-Forwards", 70),
    field("From", header(invite, "from") ?? ""),
    field("To", header(response, "to") ?? ""),
    field("Call-ID", header(invite, "call-id") ?? ""),
    field("CSeq", `${number} ${method}`),
    ...(reason === undefined ? [] : [field("Reason", reason)]),
    field("Content-Length", 0),
  ];
  const contact = parseNameAddr(header(response, "contact") ?? "")?.address;
  const uri = contact ?? context.branches[index]?.uri ?? invite.uri;
  return forStrictRouter({ kind: "request", method, uri, fields, body: "" });
}

/** The route set between this server and the device: the Record-Route values above this server's, in reverse (§12.1.2). */
export function routesBehind(response: SipResponse, { settings }: Pick<World, "settings">): readonly string[] {
  const all = headers(response, "record-route").flatMap(splitList);
  const ours = all.findIndex((value) => {
    const uri = parseNameAddr(value)?.uri;
    return uri?.kind === "sip" && isOurDomain(uri, settings.domains);
  });
  return all.slice(0, Math.max(0, ours)).toReversed();
}
