// The responses of an HTTP callee go to the proxy as those of a phone do (RFC 3261 §16.7): it forks, forwards, keeps and
// times them.
import type { Outcome } from "../outcome.ts";
import { realmOf } from "../policy/settings.ts";
import { processResponse } from "../proxy/process-response.ts";
import { recordRoute } from "../proxy/forward-request.ts";
import { requestOf } from "../proxy/response-context.ts";
import type { ResponseContext } from "../state/response-context.ts";
import { type Essentials, readEssentials } from "../syntax/essentials.ts";
import { field, type HeaderField, headers, type SipRequest, type SipResponse, withFirst } from "../syntax/message.ts";
import { dialogTokenFor } from "../tokens/dialog-token.ts";
import { viaOfBranch } from "../tokens/via-branch.ts";
import { httpEnd } from "../transport/http-end.ts";
import type { Aor } from "../syntax/aor.ts";
import { type Reply, respond } from "../uas/reply.ts";
import type { World } from "../world.ts";

/** The methods that an HTTP callee takes (§20.5). */
export const allow: HeaderField = field("Allow", "INVITE, ACK, CANCEL, BYE, UPDATE, OPTIONS");

/** A response that creates or refreshes the dialog has the Contact, and the Record-Route of the request (§12.1.1). */
export function inDialogWith(request: SipRequest, aor: Aor): readonly HeaderField[] {
  const routes = headers(request, "record-route").map((value) => field("Record-Route", value));
  return [...routes, field("Contact", `<${aor}>`), allow];
}

/** `application/sdp`, spelled exactly so: SIP.js ends a call whose answer has it otherwise. */
export const sdpType: HeaderField = field("Content-Type", "application/sdp");

/** Sends a response to a request that the proxy sent to the callee. */
export async function answerThroughProxy(
  request: SipRequest,
  reply: Reply,
  tag: string,
  aor: Aor,
  world: World,
): Promise<Outcome> {
  const message = respond(request, reply, tag);
  const { why: code, detail } = reply;
  const outcome = await processResponse(incomingFrom(message, aor), world);
  return code === undefined ? outcome : { ...outcome, reason: { code, ...(detail !== undefined && { detail }) } };
}

function incomingFrom(message: SipResponse, aor: Aor) {
  return { message, flow: httpEnd(aor).flow, essentials: essentialsOf(message) };
}

/** A request that this server forwarded, or a response to it: one that cannot be read is a programming error. */
export function essentialsOf(message: SipRequest | SipResponse): Essentials {
  const read = readEssentials(message);
  if (!read.ok) throw new TypeError(`a message of this server cannot be read: ${read.reason}`);
  return read.essentials;
}

/** The INVITE of a branch as far as responses repeat it, for a process that has not seen the INVITE itself. */
export function inviteOf(context: ResponseContext, index: number, aor: Aor, world: World): SipRequest {
  const request = requestOf(context);
  const dialog = dialogTokenFor(essentialsOf(request), context.caller, httpEnd(aor));
  const token = context.startedAt === undefined ? dialog : { ...dialog, call: context.id };
  const route = recordRoute("INVITE", token, world);
  const recorded = route === undefined ? request : withFirst(request, route);
  return withFirst(recorded, viaOfBranch({ context: context.id, index }, realmOf(world), world.keys));
}
