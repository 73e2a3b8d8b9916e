import type { SipRequest, SipResponse } from "../../../lib/sip/syntax/message.ts";
import type { Phone, PhoneDialog, SentRequest } from "./phone.ts";

export interface Call {
  readonly invite: SentRequest;
  readonly received: SipRequest;
  readonly ok: SipResponse;
  readonly caller: PhoneDialog;
  readonly callee: PhoneDialog;
}

/** INVITE, 100, 180, 200, ACK between two phones that are online. */
export async function establish(from: Phone, to: Phone, body = "v=0\r\n"): Promise<Call> {
  const invite = await from.request("INVITE", to.aor, { body, lines: ["Content-Type: application/sdp"] });
  await from.takeResponse(100, "INVITE");
  const received = await to.takeRequest("INVITE");
  await to.answer(received, 180);
  await from.takeResponse(180, "INVITE");
  await to.answer(received, 200, { body, lines: ["Content-Type: application/sdp"] });
  const ok = await from.takeResponse(200, "INVITE");
  const caller = from.dialogAsCaller(invite, ok);
  await from.inDialog("ACK", caller, { cseq: invite.cseq });
  await to.takeRequest("ACK");
  return { invite, received, ok, caller, callee: to.dialogAsCallee(received) };
}
