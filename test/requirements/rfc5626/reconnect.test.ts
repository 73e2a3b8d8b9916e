import { describe, expect, test } from "@jest/globals";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const bobAor = `sip:bob@${DOMAIN}`;

describe("calls survive a reconnect", () => {
  test.each(["caller", "callee"] as const)(
    "the %s drops and comes back: requests reach it and come from it",
    async (who) => {
      const network = createNetwork();
      const alice = await network.online("alice", { flow: "alice-1" });
      const bob = await network.online("bob", { flow: "bob-1" });
      const { caller, callee } = await establish(alice, bob);

      const [lost, stays] = who === "caller" ? [alice, bob] : [bob, alice];
      const [lostDialog, staysDialog] = who === "caller" ? [caller, callee] : [callee, caller];
      network.cut(who === "caller" ? "alice-1" : "bob-1");
      const back = await network.online(who === "caller" ? "alice" : "bob", { instance: lost.instance });

      await stays.inDialog("INFO", staysDialog);
      await back.answer(await back.takeRequest("INFO"), 200);
      expect((await stays.takeFinal("INFO")).status).toBe(200);
      await back.inDialog("BYE", lostDialog);
      await stays.answer(await stays.takeRequest("BYE"), 200);
      expect((await back.takeFinal("BYE")).status).toBe(200);
    },
  );

  test("an end that does not come back is 430, which leaves the dialog standing", async () => {
    const network = createNetwork();
    const alice = await network.online("alice", { flow: "alice-1" });
    const bob = await network.online("bob");
    const { callee } = await establish(alice, bob);
    network.cut("alice-1");
    await bob.inDialog("INFO", callee);
    await network.pass(30);
    expect((await bob.takeFinal("INFO")).status).toBe(430);
  });

  test("a caller that comes back on another flow gets its answer there", async () => {
    const network = createNetwork();
    const alice = await network.online("alice", { flow: "alice-1" });
    const bob = await network.online("bob");
    await alice.request("INVITE", bobAor);
    network.cut("alice-1");
    const back = await network.online("alice", { instance: alice.instance });
    await bob.answer(await bob.takeRequest("INVITE"), 200);
    expect((await back.takeFinal("INVITE")).status).toBe(200);
  });
});
