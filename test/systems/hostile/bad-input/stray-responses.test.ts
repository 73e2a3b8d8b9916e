import { describe, expect, test } from "@jest/globals";
import { establish } from "../../../support/phone/call.ts";
import { createNetwork, DOMAIN } from "../../../support/phone/network.ts";
import { answerTo, instead } from "./said.ts";

// Responses without a matching request, and responses from a phone that did not get the request (RFC 3261 §17.1.3,
// §18.1.2): dropped in silence, because a response is never answered. They cost a read at most, and nothing is written.

const bobAor = `sip:bob@${DOMAIN}`;

async function aCallRinging() {
  const network = createNetwork();
  const [alice, bob, carol] = [
    await network.online("alice"),
    await network.online("bob"),
    await network.online("carol"),
  ];
  const sent = await alice.request("INVITE", bobAor);
  const received = await bob.takeRequest("INVITE");
  return { network, alice, bob, carol, sent, received };
}

const rows = (network: ReturnType<typeof createNetwork>): string =>
  JSON.stringify([...network.state.rows.contexts.values()]);

describe("a response that matches no transaction", () => {
  test.each([
    ["with a foreign Via", "SIP/2.0/WS elsewhere.invalid;branch=z9hG4bKx"],
    ["with one Via, which has our domain", `SIP/2.0/WSS ${DOMAIN};branch=z9hG4bKx`],
  ])("%s: silence, from a stranger and from a phone", async (_what, via) => {
    const { network, alice, bob, received } = await aCallRinging();
    const text = instead(answerTo(received, 200), "Via:", `Via: ${via}`);
    const before = rows(network);
    for (const phone of [network.phone("mallory"), alice, bob]) {
      const [titles] = [phone.inbox.titles()];
      await phone.send(text);
      expect(phone.inbox.titles()).toEqual(titles);
    }
    expect(rows(network)).toBe(before);
  });

  test.each<[string, (text: string) => string]>([
    ["another method in its CSeq", (text) => text.replace(/(CSeq: \d+) INVITE/, "$1 BYE")],
    ["another number in its CSeq", (text) => text.replace(/CSeq: \d+/, "CSeq: 1")],
    ["another Call-ID", (text) => text.replace(/Call-ID: /, "Call-ID: x")],
  ])(
    "§8.2.6.2: with the right branch and %s: the caller gets nothing, and the call keeps ringing",
    async (_what, bend) => {
      const { network, alice, bob, received } = await aCallRinging();
      const before = rows(network);
      await bob.send(bend(answerTo(received, 200)));
      expect(alice.inbox.titles().filter((title) => title.startsWith("200"))).toEqual(["200 REGISTER"]);
      expect(rows(network)).toBe(before);
      await bob.send(answerTo(received, 486));
      expect(alice.inbox.titles()).toContain("486 INVITE");
    },
  );

  test("to a call that is over and forgotten: silence", async () => {
    const { network, alice, bob, received } = await aCallRinging();
    await bob.send(answerTo(received, 486));
    await network.pass(4000);
    const heard = alice.inbox.titles();
    await bob.send(answerTo(received, 180));
    expect(alice.inbox.titles()).toEqual(heard);
  });
});

describe("a response from a flow that did not get the request", () => {
  test.each([
    ["a third phone", async (network: ReturnType<typeof createNetwork>) => network.online("carol", { flow: "third" })],
    [
      "another phone of the callee",
      async (network: ReturnType<typeof createNetwork>) => network.online("bob", { flow: "third" }),
    ],
    ["a stranger", async (network: ReturnType<typeof createNetwork>) => network.phone("mallory", { flow: "third" })],
  ])("%s, with every Via right: the caller gets nothing, and nothing is written", async (_who, connect) => {
    const { network, alice, received } = await aCallRinging();
    const third = await connect(network);
    const before = rows(network);
    for (const status of [100, 180, 200, 302, 486, 603]) await third.send(answerTo(received, status));
    expect(alice.inbox.titles()).toEqual(["401 REGISTER", "200 REGISTER", "100 INVITE"]);
    expect(rows(network)).toBe(before);
  });

  test("the caller itself: it cannot answer its own call", async () => {
    const { network, alice, received } = await aCallRinging();
    const before = rows(network);
    await alice.send(answerTo(received, 200));
    expect(rows(network)).toBe(before);
  });

  test("of a request within a call: neither a third phone nor the sender of the request", async () => {
    const network = createNetwork();
    const [alice, bob, carol] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("carol"),
    ];
    const { caller } = await establish(alice, bob);
    await alice.inDialog("INFO", caller);
    const received = await bob.takeRequest("INFO");
    const heard = [alice.inbox.titles(), bob.inbox.titles()];
    await carol.send(answerTo(received, 200));
    await alice.send(answerTo(received, 200));
    expect([alice.inbox.titles(), bob.inbox.titles()]).toEqual(heard);
    await bob.send(answerTo(received, 200));
    expect(alice.inbox.titles()).toContain("200 INFO");
  });

  test("of a single request: its sender cannot answer it to the other side", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("MESSAGE", bobAor);
    const received = await bob.takeRequest("MESSAGE");
    const heard = bob.inbox.titles();
    await alice.send(answerTo(received, 200));
    expect(bob.inbox.titles()).toEqual(heard);
    await bob.send(answerTo(received, 200));
    expect(alice.inbox.titles()).toContain("200 MESSAGE");
  });
});

describe("§17.2.3: a copy of a request, sent by its callee, which has seen the whole request", () => {
  test("gets 482, and its caller gets nothing", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const anonymous = { from: "sip:anonymous@anonymous.invalid" };
    const sent = await alice.request("INVITE", bobAor, anonymous);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    const heard = alice.inbox.titles();
    await bob.send(sent.text);
    expect((await bob.takeFinal("INVITE")).status).toBe(482);
    expect(alice.inbox.titles()).toEqual(heard);
  });
});
