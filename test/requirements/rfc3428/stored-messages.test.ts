// A MESSAGE to a user whose phones are all away.
import { describe, expect, test } from "@jest/globals";
import { defaultMessagePolicy, type MessagePolicy } from "../../../lib/sip/policy/messages.ts";
import { header, headers, type SipRequest } from "../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";
import type { Phone, RequestParts } from "../../support/phone/phone.ts";
import { watch } from "../../support/phone/watcher.ts";

const bobAor = `sip:bob@${DOMAIN}`;

/** Alice is online, bob has an account only. */
async function anAbsentee(messages: Partial<MessagePolicy> = {}) {
  const network = createNetwork({ messages: { ...defaultMessagePolicy, ...messages } });
  const alice = await network.online("alice", { flow: "alice" });
  const write = (body: string, parts: RequestParts = {}) => alice.ask("MESSAGE", bobAor, { body, ...parts });
  return { network, alice, write };
}

/** The texts that a phone has been sent and not answered yet, each answered. */
async function readAll(phone: Phone, status = 200): Promise<string[]> {
  const bodies: string[] = [];
  while (phone.inbox.titles().filter((title) => title === "MESSAGE").length > bodies.length) {
    const message = await phone.takeRequest("MESSAGE");
    bodies.push(message.body);
    await phone.answer(message, status);
  }
  return bodies;
}

function fieldsOf(
  message: SipRequest,
  ...names: readonly ("from" | "to" | "call-id" | "content-type" | "subject" | "date" | "expires" | "cseq")[]
) {
  return Object.fromEntries(names.map((name) => [name, header(message, name)]));
}

describe("RFC 3428 §7: a MESSAGE to a user without a phone", () => {
  test("is answered 202, and delivered when a phone registers", async () => {
    const { network, write } = await anAbsentee();
    const accepted = await write("Hello");
    expect(accepted.status).toBe(202);
    expect(accepted.reason).toBe("Accepted");
    expect(accepted.body).toBe("");
    const bob = await network.online("bob");
    expect(await readAll(bob)).toEqual(["Hello"]);
    expect(network.state.rows.storedMessages.size).toBe(0);
  });

  test("comes as it was written: body, type with its parameters, Subject, Date, From, Call-ID and fields of others", async () => {
    const { network, alice } = await anAbsentee();
    const lines = [
      "Content-Type: text/plain; charset=iso-8859-1",
      "Subject: On the way",
      "Date: Fri, 15 Jan 2027 07:00:00 GMT",
      "X-Thread: 7",
    ];
    const written = { body: "Grüße, 2 > 1\r\n", lines, callId: "c1", fromTag: "t1", cseq: 7 };
    expect((await alice.ask("MESSAGE", bobAor, written)).status).toBe(202);
    const bob = await network.online("bob");
    const message = await bob.takeRequest("MESSAGE");
    expect(message.body).toBe(written.body);
    expect(message.uri).toBe(bob.contact);
    expect(fieldsOf(message, "from", "to", "call-id", "cseq", "content-type", "subject", "date")).toEqual({
      from: `"alice" <${alice.aor}>;tag=t1`,
      to: `<${bobAor}>`,
      "call-id": "c1",
      cseq: "7 MESSAGE",
      "content-type": "text/plain; charset=iso-8859-1",
      subject: "On the way",
      date: "Fri, 15 Jan 2027 07:00:00 GMT",
    });
    expect(headers(message, "x-thread")).toEqual(["7"]);
    expect(headers(message, "p-asserted-identity")).toEqual([`<${alice.aor}>`]);
    expect(headers(message, "proxy-authorization")).toEqual([]);
    expect(headers(message, "via")).toHaveLength(1);
    expect(header(message, "max-forwards")).toBe("68");
  });

  test("gets the time of storing as its Date if it has none", async () => {
    const { network, write } = await anAbsentee();
    await write("Hello");
    const then = new Date(network.now() * 1000).toUTCString();
    await network.pass(3600);
    const bob = await network.online("bob");
    expect(header(await bob.takeRequest("MESSAGE"), "date")).toBe(then);
  });

  test("waits behind those before it: each is sent after the 2xx to the one before", async () => {
    const { network, write } = await anAbsentee();
    for (const text of ["one", "two", "three"]) await write(text);
    const bob = await network.online("bob");
    const first = await bob.takeRequest("MESSAGE");
    expect(first.body).toBe("one");
    expect(bob.inbox.titles().filter((title) => title === "MESSAGE")).toHaveLength(1);
    await bob.answer(first, 200);
    const second = await bob.takeRequest("MESSAGE");
    expect(second.body).toBe("two");
    await bob.answer(second, 202);
    expect((await bob.takeRequest("MESSAGE")).body).toBe("three");
  });

  test("comes after the 200 to the REGISTER", async () => {
    const { network, write } = await anAbsentee();
    await write("Hello");
    const bob = await network.online("bob");
    expect(bob.inbox.titles().slice(-2)).toEqual(["200 REGISTER", "MESSAGE"]);
  });

  test("is delivered once: a second phone, a refresh and a later login bring nothing", async () => {
    const { network, write } = await anAbsentee();
    await write("Hello");
    const bob = await network.online("bob");
    const mobile = await network.online("bob");
    expect(await readAll(bob)).toEqual(["Hello"]);
    await bob.register();
    expect(await readAll(mobile)).toEqual([]);
    await bob.close();
    await network.pass(60);
    const again = await network.online("bob");
    expect(again.inbox.titles()).not.toContain("MESSAGE");
    expect(network.state.rows.registrations.get(bobAor)?.messages).toBeUndefined();
  });

  test("is stored once if the same request comes again", async () => {
    const { network, alice } = await anAbsentee();
    await alice.ask("MESSAGE", bobAor, { body: "first" });
    const { text } = alice.write("MESSAGE", bobAor, { body: "Hello" });
    await alice.send(text);
    await alice.send(text);
    expect(alice.inbox.titles().slice(-2)).toEqual(["202 MESSAGE", "202 MESSAGE"]);
    expect(await readAll(await network.online("bob"))).toEqual(["first", "Hello"]);
  });

  test("is stored once, and pushed once, however often the same request comes with another branch", async () => {
    const { network, alice } = await anAbsentee({ perSender: 1 });
    const repeated = { body: "Hello", callId: "c1", fromTag: "t1", cseq: 7 };
    expect((await alice.ask("MESSAGE", bobAor, repeated)).status).toBe(202);
    await network.pass(60);
    const stored = [...network.state.rows.storedMessages.values()];
    const { version } = network.state.rows.registrations.get(bobAor) ?? {};
    expect((await alice.ask("MESSAGE", bobAor, { ...repeated, body: "Another" })).status).toBe(202);
    expect([...network.state.rows.storedMessages.values()]).toEqual(stored);
    expect(network.state.rows.registrations.get(bobAor)?.version).toBe(version);
  });

  test("is not replaced by a request of another sender with its Call-ID, tag and CSeq", async () => {
    const { network, alice } = await anAbsentee();
    const ids = { callId: "c1", fromTag: "t1", cseq: 7 };
    await alice.ask("MESSAGE", bobAor, { body: "of alice", ...ids });
    const carol = await network.online("carol");
    expect((await carol.ask("MESSAGE", bobAor, { body: "of carol", ...ids })).status).toBe(202);
    expect(await readAll(await network.online("bob"))).toEqual(["of alice", "of carol"]);
  });

  test("where users are kept by another service, waits for an address that has registered, and is 480 to another one", async () => {
    const network = createNetwork({ usersAreElsewhere: true });
    const alice = await network.online("alice");
    expect((await alice.ask("MESSAGE", `sip:stranger@${DOMAIN}`)).status).toBe(480);
    const carol = await network.online("carol");
    await carol.close();
    await network.pass(86_400);
    const back = await network.online("alice");
    expect((await back.ask("MESSAGE", `sip:carol@${DOMAIN}`)).status).toBe(202);
  });

  test("is 404 to an address that has no account, and 480 where messages are not stored", async () => {
    const { alice } = await anAbsentee();
    expect((await alice.ask("MESSAGE", `sip:nobody@${DOMAIN}`)).status).toBe(404);
    const { write } = await anAbsentee({ keepSeconds: 0 });
    expect((await write("Hello")).status).toBe(480);
  });

  test("is 404 to an address that has no account, also while it is watched", async () => {
    const { network, alice } = await anAbsentee();
    const nobody = `sip:nobody@${DOMAIN}`;
    await watch(alice, nobody);
    expect((await alice.ask("MESSAGE", nobody, { body: "Hello" })).status).toBe(404);
    expect(network.state.rows.storedMessages.size).toBe(0);
  });

  test("needs a login, and a From of its own", async () => {
    const { network, alice } = await anAbsentee();
    const stranger = network.phone("carol");
    await stranger.request("MESSAGE", bobAor);
    expect((await stranger.takeFinal("MESSAGE")).status).toBe(407);
    expect((await alice.ask("MESSAGE", bobAor, { from: `sip:carol@${DOMAIN}` })).status).toBe(403);
    expect(network.state.rows.storedMessages.size).toBe(0);
  });

  test("to a single device that is away (its GRUU) is 480: the message is meant for that device", async () => {
    const { network, alice } = await anAbsentee();
    const bob = network.phone("bob");
    const ok = await bob.register(600, { lines: ["Supported: gruu"] });
    const gruu = /pub-gruu="([^"]+)"/.exec(header(ok, "contact") ?? "")?.[1] ?? "";
    expect(gruu).toContain(";gr=");
    await bob.close();
    expect((await alice.ask("MESSAGE", gruu)).status).toBe(480);
  });
});

describe("RFC 3428 §4: Expires", () => {
  test("a message is not delivered after its time, which counts from Date", async () => {
    const { network, write } = await anAbsentee();
    await write("short", { lines: ["Expires: 60"] });
    await write("long", { lines: ["Expires: 3600"] });
    const before = new Date((network.now() - 50) * 1000).toUTCString();
    await write("old", { lines: ["Expires: 100", `Date: ${before}`] });
    await network.pass(55);
    const bob = await network.online("bob");
    expect(await readAll(bob)).toEqual(["short", "long"]);
    await bob.close();
  });

  test("expired messages are removed and do not keep others back", async () => {
    const { network, write } = await anAbsentee();
    for (let number = 0; number < 12; number += 1) await write(`short ${number}`, { lines: ["Expires: 60"] });
    await write("long");
    await network.pass(61);
    const bob = await network.online("bob");
    await network.pass(6);
    expect(await readAll(bob)).toEqual(["long"]);
    await bob.register();
    expect(network.state.rows.storedMessages.size).toBeLessThanOrEqual(2);
  });

  test("a message that is over when it comes is not stored", async () => {
    const { write } = await anAbsentee();
    expect((await write("now or never", { lines: ["Expires: 0"] })).status).toBe(480);
  });

  test("no message waits longer than the setting says", async () => {
    const { network, write } = await anAbsentee({ keepSeconds: 3600 });
    await write("Hello", { lines: ["Expires: 999999"] });
    await network.pass(3601);
    const bob = await network.online("bob");
    expect(bob.inbox.titles()).not.toContain("MESSAGE");
  });
});

describe("limits of the store", () => {
  const cpim = (type: string) =>
    [`From: <${bobAor}>`, "DateTime: 2027-01-15T08:00:00Z", "", `Content-Type: ${type}`, "", "<x/>"].join("\r\n");

  test.each([
    ["in its own type", "application/im-iscomposing+xml; charset=utf-8", "<isComposing/>"],
    ["in CPIM (RFC 3862)", "Message/CPIM", cpim("application/im-isComposing+xml; charset=utf-8")],
  ])("RFC 3994: a sign that the sender is typing, %s", async (_where, type, body) => {
    const { network, write } = await anAbsentee();
    expect((await write(body, { lines: [`Content-Type: ${type}`] })).status).toBe(480);
    expect(network.state.rows.storedMessages.size).toBe(0);
  });

  test.each([
    ["a text", "text/plain"],
    ["a disposition notification (RFC 5438)", "message/imdn+xml"],
  ])("%s in CPIM is stored, whatever its content says", async (_what, type) => {
    const { network, write } = await anAbsentee();
    const body = `${cpim(type)}\r\nContent-Type: application/im-iscomposing+xml`;
    expect((await write(body, { lines: ["Content-Type: message/cpim"] })).status).toBe(202);
    expect(await readAll(await network.online("bob"))).toEqual([body]);
  });

  test("a message over the limit of length: 413, and nothing is stored", async () => {
    const { network, write } = await anAbsentee({ longest: 1000 });
    expect((await write("x".repeat(1000))).status).toBe(413);
    expect(network.state.rows.storedMessages.size).toBe(0);
    expect(network.state.rows.registrations.get(bobAor)).toBeUndefined();
  });

  test("more messages for a user than the limit: 480, until they are delivered", async () => {
    const { network, write } = await anAbsentee({ perReceiver: 12, perSender: 12 });
    for (let number = 0; number < 12; number += 1) expect((await write(`${number}`)).status).toBe(202);
    const refused = await write("one too many");
    expect([refused.status, refused.reason]).toEqual([480, "Too Many Messages Waiting"]);
    await network.pass(60);
    const bob = await network.online("bob");
    expect(await readAll(bob)).toHaveLength(12);
    await bob.close();
    expect((await write("again")).status).toBe(202);
  });

  test("RFC 5438: delivery notifications take a fifth of either limit at most, so that texts may still wait", async () => {
    const { network, write } = await anAbsentee({ perReceiver: 20, perSender: 10 });
    const notification = { lines: ["Content-Type: message/imdn+xml"] };
    const notify = async (number: number) => (await write(`<imdn>${number}</imdn>`, notification)).status;
    expect([await notify(1), await notify(2), await notify(3)]).toEqual([202, 202, 480]);
    for (let number = 0; number < 8; number += 1) expect((await write(`${number}`)).status).toBe(202);
    expect((await write("one too many")).status).toBe(480);
    const carol = await network.online("carol");
    expect((await carol.ask("MESSAGE", bobAor, { body: "<imdn/>", ...notification })).status).toBe(480);
    expect((await carol.ask("MESSAGE", bobAor, { body: "Hi" })).status).toBe(202);
  });

  test("more messages of one sender than the limit: 480, and others may still write", async () => {
    const { network, write } = await anAbsentee({ perSender: 1 });
    expect((await write("one")).status).toBe(202);
    expect((await write("two")).status).toBe(480);
    const carol = await network.online("carol");
    expect((await carol.ask("MESSAGE", bobAor)).status).toBe(202);
  });
});
