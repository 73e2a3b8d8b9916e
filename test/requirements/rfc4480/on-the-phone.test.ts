// Activities of a user that the server knows of itself: being in a call.
import { expect, test } from "@jest/globals";
import { establish } from "../../support/phone/call.ts";
import { createNetwork } from "../../support/phone/network.ts";
import { basicIn, notifies, pidf, publish, takeNotify, watch } from "../../support/phone/watcher.ts";

const BOB = "sip:bob@example.com";
const isBusy = ({ body }: { readonly body: string }) => body.includes("<rpid:on-the-phone/>");

async function aWatchedBob() {
  const network = createNetwork();
  const [alice, bob, carol] = [
    await network.online("alice"),
    await network.online("bob"),
    await network.online("carol"),
  ];
  const { first } = await watch(carol, BOB);
  return { network, alice, bob, carol, first };
}

test("RFC 4480 §3.2: a user in a call is on the phone, from the answer to the end, in one NOTIFY each", async () => {
  const { alice, bob, carol, first } = await aWatchedBob();
  expect([basicIn(first), isBusy(first)]).toEqual(["open", false]);
  const { caller } = await establish(alice, bob);
  const busy = await takeNotify(carol);
  expect([basicIn(busy), isBusy(busy)]).toEqual(["open", true]);
  expect(notifies(carol)).toBe(2);
  await alice.inDialog("BYE", caller);
  expect(isBusy(await takeNotify(carol))).toBe(false);
});

test("RFC 4480 §3.2: the caller is on the phone, too", async () => {
  const network = createNetwork();
  const [alice, bob, carol] = [
    await network.online("alice"),
    await network.online("bob"),
    await network.online("carol"),
  ];
  await watch(carol, "sip:alice@example.com");
  await establish(alice, bob);
  expect(isBusy(await takeNotify(carol))).toBe(true);
});

test("RFC 4480 §3.2: the first of two calls that ends leaves the user on the phone", async () => {
  const { network, alice, bob, carol } = await aWatchedBob();
  const { caller } = await establish(alice, bob);
  await takeNotify(carol);
  const second = await establish(await network.online("alice"), bob);
  expect(isBusy(await takeNotify(carol))).toBe(true);
  await alice.inDialog("BYE", caller);
  expect(isBusy(await takeNotify(carol))).toBe(true);
  await bob.inDialog("BYE", second.callee);
  expect(isBusy(await takeNotify(carol))).toBe(false);
});

test("RFC 3856 §6.11.2: documents of devices, the registration and the call make one document", async () => {
  const { alice, bob, carol } = await aWatchedBob();
  const away = '<dm:person id="p1"><rpid:activities><rpid:away/></rpid:activities></dm:person>';
  await publish(bob, { body: pidf(BOB, { more: away }) });
  await takeNotify(carol);
  await establish(alice, bob);
  const busy = await takeNotify(carol);
  expect([basicIn(busy), isBusy(busy), busy.body.includes("<rpid:away/>")]).toEqual(["open", true, true]);
});

test("RFC 4480 §3.2: a call that was never answered does not make busy", async () => {
  const { alice, bob, carol } = await aWatchedBob();
  await alice.request("INVITE", BOB);
  await bob.answer(await bob.takeRequest("INVITE"), 486);
  expect(notifies(carol)).toBe(1);
});

test("RFC 6665 §4.2.1.4: a watcher that comes in the middle of a call sees it, and sees its end", async () => {
  const network = createNetwork();
  const [alice, bob, carol] = [
    await network.online("alice"),
    await network.online("bob"),
    await network.online("carol"),
  ];
  const { caller } = await establish(alice, bob);
  expect(isBusy((await watch(carol, BOB)).first)).toBe(true);
  await alice.inDialog("BYE", caller);
  expect(isBusy(await takeNotify(carol))).toBe(false);
});
