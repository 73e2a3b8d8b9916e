// A callee whose page is closed while it rings, and one that comes back in time.
import { describe, expect, test } from "@jest/globals";
import type { Settings } from "../../../lib/sip/policy/settings.ts";
import { createNetwork, DOMAIN, secretsOf } from "../../support/phone/network.ts";

/** Alice calls bob, whose phone rings. */
async function ringing(settings: Partial<Settings> = {}) {
  const network = createNetwork(settings);
  const alice = await network.online("alice");
  const bob = await network.online("bob", { flow: "bob-1" });
  const sent = await alice.request("INVITE", bob.aor);
  const invite = await bob.takeRequest("INVITE");
  await bob.answer(invite, 180);
  return { network, alice, bob, sent, invite };
}

describe("RFC 3261 §16.9: a ringing phone that lost its connection", () => {
  test.each([1, 10, 31, 33, 50, 61, 63, 100, 150])(
    "after %i s of ringing is given up within 40 s: the caller gets 480",
    async (seconds) => {
      const { network, alice, bob } = await ringing();
      await network.pass(seconds);
      await bob.close();
      await network.pass(40);
      await alice.takeResponse(480, "INVITE");
    },
  );

  test("is given up in a long ring time as in a short one", async () => {
    const { network, alice, bob } = await ringing({ ringSeconds: 600 });
    await network.pass(130);
    await bob.close();
    await network.pass(40);
    await alice.takeResponse(480, "INVITE");
  });

  test.each([1, 31, 40, 100])("after %i s and is back 6 s later is rung again", async (seconds) => {
    const { network, bob } = await ringing();
    await network.pass(seconds);
    await bob.close();
    await network.pass(6);
    const back = await network.online("bob", { instance: bob.instance });
    await network.pass(40);
    await back.takeRequest("INVITE");
  });

  test("is not given up by the look that finds it away, nor by a later one that finds it away again", async () => {
    const { network, bob } = await ringing();
    await network.pass(31);
    await bob.close();
    await network.pass(2); // the look after 32 s
    const back = await network.online("bob", { flow: "bob-2", instance: bob.instance });
    await network.pass(8);
    await back.answer(await back.takeRequest("INVITE"), 180);
    await network.pass(29);
    await back.close();
    const again = await network.online("bob", { flow: "bob-3", instance: bob.instance });
    await network.pass(30);
    await again.takeRequest("INVITE");
  });

  test("leaves the others ringing, and the caller gets a final response only if all are gone", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const desk = await network.online("bob", { flow: "desk" });
    const mobile = await network.online("bob", { flow: "mobile" });
    await alice.request("INVITE", desk.aor);
    await desk.answer(await desk.takeRequest("INVITE"), 180);
    const invite = await mobile.takeRequest("INVITE");
    await mobile.answer(invite, 180);
    await desk.close();
    await network.pass(60);
    expect(alice.inbox.titles().some((title) => /^[3-6]\d\d INVITE$/.test(title))).toBe(false);
    await mobile.answer(invite, 200);
    await alice.takeResponse(200, "INVITE");
  });

  test("is forwarded by the rule for unavailable phones", async () => {
    const network = createNetwork();
    const [alice, carol] = [await network.online("alice"), await network.online("carol")];
    const aor = `sip:bob@${DOMAIN}`;
    network.state.addSubscriber({ aor, ha1: secretsOf("bob"), forwarding: { noAnswer: carol.aor } });
    const bob = await network.online("bob", { flow: "bob-1" });
    await alice.request("INVITE", bob.aor);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await bob.close();
    await network.pass(40);
    await carol.takeRequest("INVITE");
  });

  test("is cancelled, if only its registration is gone and it still rings", async () => {
    const { network, bob } = await ringing();
    await bob.register(0);
    await network.pass(40);
    await bob.takeRequest("CANCEL");
  });

  test("and answers after it was given up is passed on, as any late 2xx", async () => {
    const { network, alice, bob, invite } = await ringing();
    await bob.close();
    await network.pass(40);
    await alice.takeResponse(480, "INVITE");
    const back = await network.online("bob", { instance: bob.instance });
    await back.send(bob.writeAnswer(invite, 200));
    await alice.takeResponse(200, "INVITE");
  });
});

describe("a caller that lost its connection while a callee has not sent any response", () => {
  async function silent() {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bob.aor);
    await alice.takeResponse(100, "INVITE");
    const invite = await bob.takeRequest("INVITE");
    await alice.close();
    return { network, bob, invite };
  }

  test("RFC 3261 §9.1: the callee gets no CANCEL before its first provisional response, and gets it then", async () => {
    const { network, bob, invite } = await silent();
    await network.pass(100);
    expect(bob.inbox.titles()).not.toContain("CANCEL");
    await bob.answer(invite, 180);
    await bob.takeRequest("CANCEL");
  });

  test("a callee whose first response comes before the loss is known is cancelled within 40 s of it", async () => {
    const { network, bob, invite } = await silent();
    await network.pass(5);
    await bob.answer(invite, 180);
    await network.pass(35);
    await bob.takeRequest("CANCEL");
  });
});
