// A call to a user with several phones.
import type { SipRequest, SipResponse } from "../sip/message.ts";
import type { RequestParts, ResponseParts } from "../sip/write.ts";
import type { Lab } from "./lab.ts";
import type { Phone } from "./phone.ts";
import type { Transaction } from "./transaction.ts";

/** One phone that rings. */
export interface Leg {
  readonly phone: Phone;
  readonly received: SipRequest;
  answer(status: number, parts?: ResponseParts): void;
}

export interface Fork {
  readonly alice: Phone;
  readonly invite: Transaction;
  readonly first: Leg;
  readonly second: Leg;
  readonly legs: readonly Leg[];
}

/** Alice calls bob, who has two phones of the same preference; both have the INVITE. */
export async function fork(lab: Lab, parts: RequestParts = {}): Promise<Fork> {
  const [alice, ...bobs] = await Promise.all([lab.online("alice"), lab.online("bob"), lab.online("bob")]);
  const invite = alice.request("INVITE", lab.aorOf("bob"), parts);
  const [first, second] = await Promise.all([legOf(bobs[0], invite), legOf(bobs[1], invite)]);
  return { alice, invite, first, second, legs: [first, second] };
}

/** Both ring, and the caller knows. */
export async function ringingFork(lab: Lab): Promise<Fork> {
  const forked = await fork(lab);
  for (const leg of forked.legs) leg.answer(180);
  await forked.invite.response(180);
  await forked.invite.response(180);
  return forked;
}

export async function legOf(phone: Phone, { sent }: Transaction): Promise<Leg> {
  const received = await phone.incoming("INVITE", sent.callId);
  return { phone, received, answer: (status, parts) => phone.answer(received, status, parts) };
}

/** The caller's response when both phones refuse. */
export async function bestOf(lab: Lab, statuses: readonly [number, number]): Promise<SipResponse> {
  const { invite, first, second } = await fork(lab);
  first.answer(statuses[0]);
  second.answer(statuses[1]);
  return invite.final();
}
