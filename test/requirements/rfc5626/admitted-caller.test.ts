// A caller that the authorizer admitted by a token, calling without a registration, as a page with a call button does.
import { expect, test } from "@jest/globals";
import { createInbox, isResponse } from "../../support/phone/inbox.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const FLOW = "alice-admitted";
const identity = `sip:alice@${DOMAIN}`;

/** Alice calls bob, whose phone rings. */
async function ringing() {
  const inbox = createInbox(0);
  const network = createNetwork({}, ({ post }) => ({
    post: (flow, text) => (flow === FLOW ? Promise.resolve(inbox.put(text)).then(() => "delivered") : post(flow, text)),
  }));
  const bob = await network.online("bob");
  const { text } = network.phone("alice").write("INVITE", bob.aor);
  await network.signaling.receive({ flow: FLOW, text, identity });
  const invite = await bob.takeRequest("INVITE");
  await bob.answer(invite, 180);
  return { network, inbox, bob, invite };
}

test("RFC 3261 §16.8: while it is there its call rings on", async () => {
  const { network, inbox, bob, invite } = await ringing();
  await network.pass(100);
  expect(bob.inbox.titles()).not.toContain("CANCEL");
  await bob.answer(invite, 200);
  await inbox.take("200", isResponse(200, "INVITE"));
});

test("RFC 3261 §16.8: when it has gone the ringing ends at the next timer", async () => {
  const { network, bob } = await ringing();
  await network.signaling.flowClosed(FLOW);
  await network.pass(100);
  await bob.takeRequest("CANCEL");
});
