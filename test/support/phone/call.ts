import type { Settings } from "../../../lib/sip/policy/settings.ts";
import type { SipRequest, SipResponse } from "../../../lib/sip/syntax/message.ts";
import { createNetwork, type Network } from "./network.ts";
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

export interface Ringing {
  readonly network: Network;
  readonly alice: Phone;
  readonly invite: SentRequest;
}

/** Alice calls Bob, whose one phone has the INVITE in its inbox. */
export async function aCall(settings?: Partial<Settings>): Promise<Ringing & { readonly bob: Phone }> {
  const network = createNetwork(settings);
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  return { network, alice, bob, invite: await alice.request("INVITE", bob.aor) };
}

/** Alice calls Bob, whose two phones have the INVITE in their inboxes. */
export async function aFork(
  settings?: Partial<Settings>,
): Promise<Ringing & { readonly desk: Phone; readonly mobile: Phone }> {
  const network = createNetwork(settings);
  const alice = await network.online("alice");
  const [desk, mobile] = [await network.online("bob"), await network.online("bob")];
  return { network, alice, desk, mobile, invite: await alice.request("INVITE", desk.aor) };
}

/** A whole call to its end: the caller hangs up. @returns its Call-ID */
export async function callAndHangUp(from: Phone, to: Phone): Promise<string> {
  const { caller, invite } = await establish(from, to);
  await from.inDialog("BYE", caller);
  await to.answer(await to.takeRequest("BYE"), 200);
  await from.takeFinal("BYE");
  return invite.callId;
}
