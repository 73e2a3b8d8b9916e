import { describe, expect, test } from "@jest/globals";
import { header } from "../../../lib/sip/syntax/message.ts";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";
import { aFork } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";
import { viasOf } from "../../support/phone/phone.ts";

const bobAor = `sip:bob@${DOMAIN}`;

describe("RFC 3261 §16.6 request forwarding", () => {
  test("Request-URI, Max-Forwards, Via, Record-Route, P-Asserted-Identity and Max-Breadth change; every other byte stays", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const odd = ["X-Odd  :  a;b,c", "x-folded: one\r\n  two", "Subject: Ünïcode"];
    const sent = await alice.request("INVITE", bobAor, { lines: odd, body: "v=0\r\n\r\nß" });
    const received = await bob.takeRequest("INVITE");

    expect(received.uri).toBe(bob.contact);
    expect(header(received, "max-forwards")).toBe("68");
    expect(header(received, "record-route")).toMatch(new RegExp(`^<sip:[\\w-]+@${DOMAIN};transport=ws;lr>$`));
    const [ours = "", theirs = ""] = viasOf(received);
    expect(ours).toMatch(new RegExp(`^SIP/2\\.0/WSS ${DOMAIN};branch=z9hG4bK`));
    expect(theirs).toContain(`branch=${sent.branch};received=192.0.2.7`);

    const unchanged = (text: string) =>
      text
        .split("\r\n")
        .filter((line) => !/^(?:INVITE|Via|Max-Forwards|Record-Route|P-Asserted|Max-Breadth)/.test(line));
    expect(unchanged(serialize(received))).toEqual(unchanged(sent.text));
  });

  test("a request without Max-Forwards gets 70", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { text } = alice.write("MESSAGE", bobAor);
    await alice.send(text.replace(/Max-Forwards: 69\r\n/, ""));
    expect(header(await bob.takeRequest("MESSAGE"), "max-forwards")).toBe("70");
  });

  test("every device of the callee is rung, each at its own contact", async () => {
    const { desk, mobile } = await aFork();
    const [first, second] = [await desk.takeRequest("INVITE"), await mobile.takeRequest("INVITE")];
    expect([first.uri, second.uri]).toEqual([desk.contact, mobile.contact]);
    expect(viasOf(first)[0]).not.toBe(viasOf(second)[0]);
  });

  test("an unknown method is forwarded as any other", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("NEWMETHOD", bobAor, { body: "anything" });
    const received = await bob.takeRequest("NEWMETHOD");
    await bob.answer(received, 200);
    expect((await alice.takeFinal("NEWMETHOD")).status).toBe(200);
  });
});
