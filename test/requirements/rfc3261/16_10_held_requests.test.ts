// RFC 3261 §9.2, §16.10, RFC 5626 §4.5: a re-INVITE that waits for a device without a connection can be cancelled.
import { expect, test } from "@jest/globals";
import { establish } from "../../support/phone/call.ts";
import { createNetwork } from "../../support/phone/network.ts";

/** Bob's re-INVITE waits for Alice, who has lost her connection, and Bob cancels it. */
async function cancelled() {
  const network = createNetwork();
  const bob = await network.online("bob");
  const alice = await network.online("alice", { flow: "alice-1" });
  const { callee, caller } = await establish(alice, bob);
  await alice.close();
  const { branch, cseq } = await bob.inDialog("INVITE", callee);
  await bob.inDialog("CANCEL", callee, { branch, cseq });
  const back = network.phone("alice", { instance: alice.instance, flow: "alice-2" });
  return { network, bob, back, caller, callee };
}

test("CANCEL and INVITE are answered at once", async () => {
  const { bob } = await cancelled();
  expect((await bob.takeFinal("CANCEL")).status).toBe(200);
  expect((await bob.takeFinal("INVITE")).status).toBe(487);
});

test("the device does not get it when it returns, nor does its sender get a second answer", async () => {
  const { network, bob, back } = await cancelled();
  await bob.takeFinal("INVITE");
  await back.online();
  await network.pass(40);
  expect(back.inbox.titles()).not.toContain("INVITE");
  expect(bob.inbox.titles().filter((title) => /^[4-6].* INVITE$/.test(title))).toEqual(["487 INVITE"]);
});

test("the call goes on, and its BYE arrives", async () => {
  const { bob, back, callee } = await cancelled();
  await bob.takeFinal("INVITE");
  await back.online();
  await bob.inDialog("BYE", callee);
  await expect(back.takeRequest("BYE")).resolves.toBeDefined();
});
