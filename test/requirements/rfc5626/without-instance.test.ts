// A phone without `+sip.instance`, as SIP.js is unless a reg-id is configured. Its contact is its only name: the same
// contact on another flow is the same phone (RFC 3261 §10.3 step 7), so its calls survive as those of any other.
import { describe, expect, test } from "@jest/globals";
import { headers } from "../../../lib/sip/syntax/message.ts";
import { defaultRatePolicy } from "../../../lib/sip/policy/rates.ts";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN, type Network } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";
import type { ReadSet } from "../../../lib/sip/state/snapshot.ts";

const nameless = { instance: null };

/** The same phone on another connection: it registers the contact it had. */
async function back(network: Network, phone: Phone, user: string): Promise<Phone> {
  const again = network.phone(user, { ...nameless, contact: phone.contact });
  await again.online();
  return again;
}

describe("RFC 3261 §10.3 step 7: a phone without an instance that registers the same contact on another flow", () => {
  test("callee: a request of the caller reaches it there, and its answer comes back", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const bob = await network.online("bob", { ...nameless, flow: "bob-1" });
    const call = await establish(alice, bob);
    await bob.close();
    const again = await back(network, bob, "bob");
    await alice.inDialog("INFO", call.caller);
    await again.answer(await again.takeRequest("INFO"), 200);
    await alice.takeResponse(200, "INFO");
  });

  test("callee: its requests from there reach the caller", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const bob = await network.online("bob", { ...nameless, flow: "bob-1" });
    const call = await establish(alice, bob);
    network.cut("bob-1");
    const again = await back(network, bob, "bob");
    await again.inDialog("BYE", call.callee);
    await alice.answer(await alice.takeRequest("BYE"), 200);
    await again.takeResponse(200, "BYE");
  });

  test("caller: re-INVITE reaches it there, and BYE from there reaches the callee", async () => {
    const network = createNetwork();
    const alice = await network.online("alice", { ...nameless, flow: "alice-1" });
    const bob = await network.online("bob");
    const call = await establish(alice, bob);
    await alice.close();
    const again = await back(network, alice, "alice");
    await bob.inDialog("INVITE", call.callee);
    await again.answer(await again.takeRequest("INVITE"), 200);
    await bob.takeResponse(200, "INVITE");
    await again.inDialog("BYE", call.caller);
    await bob.takeRequest("BYE");
  });

  test("a caller that changes its flow while it waits has its answer there, and its call is not given up", async () => {
    const network = createNetwork();
    const alice = await network.online("alice", { ...nameless, flow: "alice-1" });
    const bob = await network.online("bob");
    await alice.request("INVITE", bob.aor);
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    await alice.close();
    const again = await back(network, alice, "alice");
    await network.pass(40);
    await bob.answer(invite, 200);
    await again.takeResponse(200, "INVITE");
    expect(bob.inbox.titles()).not.toContain("CANCEL");
  });

  test("a callee that drops while it rings rings again", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const bob = await network.online("bob", { ...nameless, flow: "bob-1" });
    await alice.request("INVITE", bob.aor, { body: "v=0\r\n" });
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await bob.close();
    const again = await back(network, bob, "bob");
    await network.pass(32);
    const rung = await again.takeRequest("INVITE");
    expect([rung.uri, rung.body]).toEqual([bob.contact, "v=0\r\n"]);
    await again.answer(rung, 200);
    await alice.takeResponse(200, "INVITE");
  });

  test("another contact of the same user is another phone: it has no part in the call", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const bob = await network.online("bob", { ...nameless, flow: "bob-1" });
    const call = await establish(alice, bob);
    const other = await network.online("bob", nameless);
    const refused = await other.inDialog("BYE", call.callee).then(() => other.takeFinal("BYE"));
    expect(refused.status).toBe(403);
    await bob.close();
    await alice.inDialog("INFO", call.caller);
    await network.pass(30);
    expect((await alice.takeFinal("INFO")).status).toBe(430);
    expect(other.inbox.titles()).not.toContain("INFO");
  });
});

describe("RFC 3261 §16.5: the contact of a phone that has no GRUU, as SIP.js puts it into Refer-To", () => {
  test("an INVITE to the contact of a phone with an instance and without GRUU support reaches that phone", async () => {
    const network = createNetwork();
    const [alice, bob, other] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("bob"),
    ];
    await alice.request("MESSAGE", bob.contact);
    await bob.takeRequest("MESSAGE");
    expect(other.inbox.titles()).not.toContain("MESSAGE");
  });

  test("a phone that is given a GRUU costs no row for its contact", async () => {
    const network = createNetwork();
    await network.phone("bob").register(600, { lines: ["Supported: gruu"] });
    expect([...network.state.rows.flows.keys()]).toEqual([expect.stringMatching(/^bob-/)]);
  });

  test("an INVITE to it by a user that learned it in a transfer reaches only that phone", async () => {
    const network = createNetwork();
    const [alice, bob, other] = [
      await network.online("alice"),
      await network.online("bob", nameless),
      await network.online("bob", nameless),
    ];
    await alice.request("INVITE", bob.contact, { lines: ["Replaces: 1@h;to-tag=a;from-tag=b"] });
    const invite = await bob.takeRequest("INVITE");
    expect([invite.uri, other.inbox.titles().includes("INVITE")]).toEqual([bob.contact, false]);
    await bob.answer(invite, 200);
    await alice.takeResponse(200, "INVITE");
  });

  test("it is found where the phone is now", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob", { ...nameless, flow: "bob-1" })];
    await network.pass(7300); // longer than a connection lives
    await network.online("alice", { flow: "alice-2" });
    network.cut("bob-1");
    const again = await back(network, bob, "bob");
    const caller = await network.online("alice");
    await caller.request("INVITE", bob.contact);
    await again.takeRequest("INVITE");
    expect(alice.inbox.titles()).not.toContain("INVITE");
  });

  test("480 when the phone is no longer registered; an unknown contact is 403 like any foreign domain", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob", nameless)];
    await bob.register(0);
    expect((await alice.ask("INVITE", bob.contact)).status).toBe(480);
    expect((await alice.ask("INVITE", "sip:nobody@h.invalid")).status).toBe(403);
    expect((await alice.ask("INVITE", "sip:nobody@elsewhere.example")).status).toBe(403);
  });

  test.each(["carol", "bob"])(
    "a contact that two users registered belongs to neither: %s came first",
    async (first) => {
      const network = createNetwork();
      const alice = await network.online("alice");
      const contact = "sip:bob@df7jal23ls0d.invalid"; // as sipML5 makes it: predictable before it is registered
      const phones = [await network.online(first, { ...nameless, contact, flow: "first" })];
      phones.push(await network.online(first === "bob" ? "carol" : "bob", { ...nameless, contact }));
      expect((await alice.ask("INVITE", contact)).status).toBe(403);
      // not when the first comes back either
      network.cut("first");
      phones.push(await network.online(first, { ...nameless, contact }));
      expect((await alice.ask("INVITE", contact)).status).toBe(403);
      expect(phones.flatMap(({ inbox }) => inbox.titles())).not.toContain("INVITE");
    },
  );

  test("the anonymous contact (RFC 3323 §4.1.1.3) has no owner", async () => {
    const network = createNetwork();
    const contact = "sip:anonymous@anonymous.invalid";
    const [alice, thief] = [await network.online("alice"), await network.online("carol", { ...nameless, contact })];
    expect((await alice.ask("INVITE", contact)).status).toBe(403);
    expect(thief.inbox.titles()).not.toContain("INVITE");
  });

  test("its row is not a flow: the rate limiter does not remember it as a logged-in connection", async () => {
    const rates = { ...defaultRatePolicy, keys: 2, unreadable: { perSecond: 1, burst: 5 } };
    const network = createNetwork({ rates });
    const alice = await network.online("alice", { ...nameless, flow: "known" });
    await network.online("carol", nameless);
    for (let sent = 0; sent < 10; sent += 1) await alice.send("\0");
    expect(network.state.rows.flows.has("known")).toBe(true); // unreadable messages close a flow without an identity
  });

  test("a client without a login learns nothing by it", async () => {
    const network = createNetwork();
    const bob = await network.online("bob", nameless);
    const stranger = network.phone("alice", { password: "wrong" });
    expect((await stranger.ask("INVITE", bob.contact)).status).toBe(407);
  });

  test("a refresh costs no more than it did", async () => {
    const questions: ReadSet[] = [];
    const network = createNetwork({}, (ports) => ({
      read: (keys) => (questions.push(keys), ports.read(keys)),
    }));
    const bob = await network.online("bob", nameless);
    questions.length = 0;
    await bob.register();
    expect(questions).toHaveLength(1);
  });
});

test("RFC 3261 §8.3: a 302 names a phone without an instance by an address that leads through this server to it alone", async () => {
  const network = createNetwork({ routing: "redirect" });
  const alice = await network.online("alice");
  const bob = await network.online("bob", nameless);
  const other = await network.online("bob", nameless);
  await alice.request("INVITE", bob.aor);
  const moved = await alice.takeFinal("INVITE");
  const contacts = headers(moved, "contact").map((contact) => contact.replace(/^<|>$/g, ""));
  expect([moved.status, contacts.every((contact) => contact.includes(`@${DOMAIN};gr=`))]).toEqual([302, true]);
  await alice.request("INVITE", contacts[0] ?? "");
  expect((await bob.takeRequest("INVITE")).uri).toBe(bob.contact);
  expect(other.inbox.titles()).not.toContain("INVITE");
});
