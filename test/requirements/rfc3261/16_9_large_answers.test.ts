import { describe, expect, test } from "@jest/globals";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";
import { viasOf } from "../../support/phone/phone.ts";

const bobAor = `sip:bob@${DOMAIN}`;

describe("responses that the platform cannot carry", () => {
  /** Posts with `huge` in them are refused. */
  async function called() {
    const network = createNetwork({}, (ports) => ({
      post: (flow, text) => (text.includes("huge") ? Promise.resolve("too large") : ports.post(flow, text)),
    }));
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    return { network, alice, bob, invite };
  }

  test("a refusal reaches the caller without its body", async () => {
    const { alice, bob, invite } = await called();
    await bob.answer(invite, 486, { body: "huge" });
    expect((await alice.takeResponse(486, "INVITE")).body).toBe("");
  });

  test("a 200 that cannot be delivered ends the call: the caller gets 500", async () => {
    const { alice, bob, invite } = await called();
    await bob.answer(invite, 200, { body: "huge" });
    const final = await alice.takeFinal("INVITE");
    expect([final.status, final.reason, viasOf(final)]).toEqual([500, "Response Too Large", [expect.any(String)]]);
  });

  test("a 200 to a re-INVITE too", async () => {
    const { network, bob } = await called();
    const carol = await network.online("carol");
    const { caller } = await establish(carol, bob);
    await carol.inDialog("INVITE", caller);
    await bob.answer(await bob.takeRequest("INVITE"), 200, { body: "huge" });
    expect((await carol.takeFinal("INVITE")).status).toBe(500);
  });

  test("a provisional response is dropped, and the call goes on", async () => {
    const { alice, bob, invite } = await called();
    await bob.answer(invite, 183, { body: "huge" });
    await bob.answer(invite, 200);
    await alice.takeResponse(200, "INVITE");
  });
});
