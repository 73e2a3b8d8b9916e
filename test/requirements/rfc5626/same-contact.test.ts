// RFC 5626 §6: a binding with an instance and a reg-id is known by both; its Contact URI is not compared.
import { expect, test } from "@jest/globals";
import { headers } from "../../../lib/sip/syntax/message.ts";
import type { Phone } from "../../support/phone/phone.ts";
import { createNetwork, DOMAIN, type Network } from "../../support/phone/network.ts";

const BOB = `sip:bob@${DOMAIN}`;
const INSTANCE = "urn:uuid:00000000-0000-4000-8000-00000000000b";

function register(phone: Phone, regId: number, expires = 600) {
  const lines = [
    `Contact: <${phone.contact}>;+sip.instance="<${INSTANCE}>";reg-id=${regId};expires=${expires}`,
    "Supported: outbound",
  ];
  return phone.ask("REGISTER", `sip:${DOMAIN}`, { to: BOB, lines });
}

/** Two connections of one device, which names the same contact on both. */
async function twoFlows(network: Network) {
  const one = network.phone("bob", { instance: INSTANCE, flow: "one" });
  const two = network.phone("bob", { instance: INSTANCE, flow: "two", contact: one.contact });
  return { one, two, answers: [await register(one, 1), await register(two, 2)] };
}

test("two flows of one device with one contact URI are two bindings", async () => {
  const { answers } = await twoFlows(createNetwork());
  expect(answers.map((ok) => headers(ok, "contact").length)).toEqual([1, 2]);
});

test("the refresh of the older flow is accepted, and both stay", async () => {
  const { one } = await twoFlows(createNetwork());
  const ok = await register(one, 1);
  expect(ok.status).toBe(200);
  expect(headers(ok, "contact")).toHaveLength(2);
});

test("the removal of one flow leaves the other", async () => {
  const { two } = await twoFlows(createNetwork());
  expect(headers(await register(two, 2, 0), "contact")).toEqual([expect.stringContaining("reg-id=1")]);
});

test("a call reaches the older flow when the newer is gone (§5.3)", async () => {
  const network = createNetwork();
  const alice = await network.online("alice");
  const { one } = await twoFlows(network);
  network.cut("two");
  await alice.request("INVITE", BOB);
  await expect(one.takeRequest("INVITE")).resolves.toBeDefined();
});

test("a request within a call reaches the older flow when the newer is gone (§5.3)", async () => {
  const network = createNetwork();
  const alice = await network.online("alice");
  const { one, two } = await twoFlows(network);
  const invite = await alice.request("INVITE", BOB);
  await two.answer(await two.takeRequest("INVITE"), 200);
  const dialog = alice.dialogAsCaller(invite, await alice.takeResponse(200, "INVITE"));
  await alice.inDialog("ACK", dialog, { cseq: invite.cseq });
  network.cut("two");
  await alice.inDialog("BYE", dialog);
  await expect(one.takeRequest("BYE")).resolves.toBeDefined();
});
