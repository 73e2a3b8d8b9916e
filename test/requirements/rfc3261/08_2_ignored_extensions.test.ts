// RFC 3261 §8.2.2.3: Require and Proxy-Require are ignored in a CANCEL and in an ACK.
import { expect, test } from "@jest/globals";
import { aCall, establish } from "../../support/phone/call.ts";
import { createNetwork } from "../../support/phone/network.ts";

test("a CANCEL with Proxy-Require still ends the ringing", async () => {
  const { alice, bob, invite } = await aCall();
  await bob.answer(await bob.takeRequest("INVITE"), 180);
  const { branch, callId, cseq, fromTag } = invite;
  await alice.request("CANCEL", bob.aor, { branch, callId, cseq, fromTag, lines: ["Proxy-Require: foo"] });
  expect(await alice.takeFinal("CANCEL")).toMatchObject({ status: 200 });
  await expect(bob.takeRequest("CANCEL")).resolves.toBeDefined();
});

test("a CANCEL of a re-INVITE with Proxy-Require reaches the other end", async () => {
  const network = createNetwork();
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  const { caller } = await establish(alice, bob);
  const { branch, cseq } = await alice.inDialog("INVITE", caller);
  await bob.takeRequest("INVITE");
  await alice.inDialog("CANCEL", caller, { branch, cseq, lines: ["Proxy-Require: foo"] });
  await expect(bob.takeRequest("CANCEL")).resolves.toBeDefined();
});

test("an ACK for the refusal of a re-INVITE with Proxy-Require reaches the other end", async () => {
  const network = createNetwork();
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  const { caller } = await establish(alice, bob);
  const { branch, cseq } = await alice.inDialog("INVITE", caller);
  await bob.answer(await bob.takeRequest("INVITE"), 488);
  await alice.takeFinal("INVITE");
  await alice.inDialog("ACK", caller, { branch, cseq, lines: ["Proxy-Require: foo"] });
  await expect(bob.takeRequest("ACK")).resolves.toBeDefined();
});
