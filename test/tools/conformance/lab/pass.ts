// A request that goes through.
import type { SipRequest } from "../sip/message.ts";
import type { RequestParts } from "../sip/write.ts";
import type { Lab } from "./lab.ts";
import type { Phone } from "./phone.ts";
import type { Transaction } from "./transaction.ts";

export interface Passed {
  readonly alice: Phone;
  readonly bob: Phone;
  readonly request: Transaction;
  readonly received: SipRequest;
}

/** A request that reaches the phone and is answered 200. */
export async function pass(lab: Lab, method: string, parts: RequestParts = {}): Promise<Passed> {
  const { alice, bob } = await lab.pair();
  const request = alice.request(method, bob.aor, parts);
  const received = await bob.incoming(method, request.sent.callId);
  bob.answer(received, method === "INVITE" ? 486 : 200);
  await request.final();
  return { alice, bob, request, received };
}
