// A call of alice to bob, up to the step that a check is about.
import type { SipRequest } from "../sip/message.ts";
import type { RequestParts } from "../sip/write.ts";
import { type Call, establish } from "./dialog.ts";
import type { Lab } from "./lab.ts";
import type { Phone } from "./phone.ts";
import type { Transaction } from "./transaction.ts";

export interface Parties {
  readonly alice: Phone;
  readonly bob: Phone;
}

export interface OpenCall extends Parties {
  readonly invite: Transaction;
  /** The INVITE as bob got it. */
  readonly received: SipRequest;
}

/** Bob has the INVITE. */
export async function called(lab: Lab, parts: RequestParts = {}): Promise<OpenCall> {
  const { alice, bob } = await lab.pair();
  const invite = alice.request("INVITE", bob.aor, parts);
  return { alice, bob, invite, received: await bob.incoming("INVITE", invite.sent.callId) };
}

/** Bob's phone rings, and alice has the 180. */
export async function ringing(lab: Lab, parts: RequestParts = {}): Promise<OpenCall> {
  const call = await called(lab, parts);
  call.bob.answer(call.received, 180);
  await call.invite.response(180);
  return call;
}

/** Bob has refused, and alice has his response. */
export async function refused(lab: Lab, status: number): Promise<OpenCall> {
  const call = await called(lab);
  call.bob.answer(call.received, status);
  await call.invite.finalOf(status);
  return call;
}

/** INVITE, 180, 200, ACK. */
export async function established(lab: Lab, parts: RequestParts = {}): Promise<Parties & Call> {
  const { alice, bob } = await lab.pair();
  return { alice, bob, ...(await establish(alice, bob, parts)) };
}
