import { describe, expect, test } from "@jest/globals";
import { headers } from "../../../../lib/sip/syntax/message.ts";
import { splitList } from "../../../../lib/sip/syntax/scan.ts";
import { establish } from "../../../support/phone/call.ts";
import { createNetwork, DOMAIN } from "../../../support/phone/network.ts";
import { viasOf } from "../../../support/phone/phone.ts";
import { answerTo } from "./said.ts";

// Route, Record-Route and Via that this server did not write, or wrote for another purpose (RFC 3261 §16.4, §18.1.2,
// §26.1; RFC 5626 §5.3). Tests over real connections: test/tools/conformance/checks/security.ts; in another dialog or
// from another kind of token: test/requirements/rfc3261/16_11_within_a_dialog.test.ts.

const bobAor = `sip:bob@${DOMAIN}`;

async function threePhones() {
  const network = createNetwork();
  const [alice, bob, carol] = [
    await network.online("alice"),
    await network.online("bob"),
    await network.online("carol"),
  ];
  return { network, alice, bob, carol };
}

const tokenIn = (route = ""): string => /<sip:([^@]*)@/.exec(route)?.[1] ?? "";

describe("a Route with an altered token: 403, and no phone gets the request", () => {
  test.each<[string, (token: string) => string]>([
    ["guessed", (token) => "A".repeat(token.length)],
    ["of one letter", () => "A"],
    ["of 8000 letters", () => "A".repeat(8000)],
    ["with its first letter changed", (token) => `${token.startsWith("A") ? "B" : "A"}${token.slice(1)}`],
    ["with its last letter changed", (token) => `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`],
    ["without its last letter", (token) => token.slice(0, -1)],
    ["with a letter more", (token) => `${token}A`],
    ["with a padding more", (token) => `${token}=`],
    ["twice", (token) => token + token],
    ["in another case", (token) => token.toUpperCase()],
    ["in escapes", (token) => `%${token.charCodeAt(0).toString(16)}${token.slice(1)}`],
    ["and a question mark in it, which base64 reads over", (token) => `${token.slice(0, 9)}?${token.slice(9)}`],
    ["and a parameter for our Via in it", (token) => `${token};received=192.0.2.99`],
    ["and a second Via in it", (token) => `${token},SIP/2.0/WS`],
    ["in the other base64 alphabet", (token) => `+/${token}`],
  ])("%s", async (_what, bend) => {
    const { alice, bob, carol } = await threePhones();
    const { caller } = await establish(alice, bob);
    const [route = ""] = caller.routes;
    const token = tokenIn(route);
    await alice.inDialog("INFO", { ...caller, routes: [route.replace(token, bend(token))] });
    const { status } = await alice.takeFinal("INFO");
    expect(status).toBe(403);
    expect([...bob.inbox.titles(), ...carol.inbox.titles()]).not.toContain("INFO");
  });

  test("and one with the right token, at a foreign domain", async () => {
    const { alice, bob } = await threePhones();
    const { caller } = await establish(alice, bob);
    const routes = caller.routes.map((route) => route.replace(`@${DOMAIN}`, "@evil.example"));
    await alice.inDialog("INFO", { ...caller, routes });
    expect((await alice.takeFinal("INFO")).status).toBe(403);
    expect(bob.inbox.titles()).not.toContain("INFO");
  });
});

describe("a request with both tags of a call and without our Route: 481, because it belongs to no dialog", () => {
  test.each(["BYE", "INFO", "INVITE", "REFER", "NOTIFY", "UPDATE", "MESSAGE"])(
    "%s of a third party",
    async (method) => {
      const { alice, bob, carol } = await threePhones();
      const { caller } = await establish(alice, bob);
      await carol.request(method, bobAor, {
        callId: caller.callId,
        fromTag: caller.localTag,
        toTag: caller.remoteTag,
      });
      expect((await carol.takeFinal(method)).status).toBe(481);
      expect(bob.inbox.titles().filter((title) => title === method)).toHaveLength(method === "INVITE" ? 1 : 0);
    },
  );

  test("BYE of a stranger: 481 without a challenge, and nothing was read", async () => {
    const { network, alice, bob } = await threePhones();
    const { caller } = await establish(alice, bob);
    const mallory = network.phone("mallory");
    await mallory.request("BYE", bobAor, { callId: caller.callId, fromTag: caller.localTag, toTag: caller.remoteTag });
    expect((await mallory.takeFinal("BYE")).status).toBe(481);
    expect(bob.inbox.titles()).not.toContain("BYE");
  });
});

describe("a phone's own Record-Route in a request", () => {
  test("is passed on below ours, and a request along it is checked by this server", async () => {
    const { alice, bob, carol } = await threePhones();
    const evil = `<sip:${carol.contact.slice(4)};lr>`;
    const sent = await alice.request("INVITE", bobAor, { lines: [`Record-Route: ${evil}`] });
    const received = await bob.takeRequest("INVITE");
    const routes = headers(received, "record-route").flatMap(splitList);
    expect(routes[0]).toMatch(/^<sip:[\w-]{100,}@example\.com;transport=ws;lr>$/);
    expect(routes.slice(1)).toEqual([evil]);
    await bob.answer(received, 200);
    const ok = await alice.takeFinal("INVITE");
    // bob follows the route: his request comes to this server, which refuses the foreign next hop
    await bob.inDialog("BYE", bob.dialogAsCallee(received));
    expect(carol.inbox.titles()).not.toContain("BYE");
    await alice.inDialog("ACK", alice.dialogAsCaller(sent, ok), { cseq: sent.cseq });
    expect(carol.inbox.titles()).not.toContain("ACK");
  });

  test("with a token of another dialog does not bring a request into that dialog", async () => {
    const { alice, bob, carol } = await threePhones();
    const { caller } = await establish(alice, bob);
    await carol.request("INVITE", bobAor, { lines: [`Record-Route: ${caller.routes[0]}`] });
    const received = await bob.takeRequest("INVITE");
    await bob.answer(received, 200);
    await carol.takeFinal("INVITE");
    const routes = headers(received, "record-route").flatMap(splitList).slice(1);
    await bob.inDialog("INFO", { ...bob.dialogAsCallee(received), routes });
    expect((await bob.takeFinal("INFO")).status).toBe(403);
    expect(alice.inbox.titles()).not.toContain("INFO");
  });
});

describe("our Via in a request", () => {
  test.each([
    ["of a made-up branch", `SIP/2.0/WSS ${DOMAIN};branch=z9hG4bKmadeup`],
    ["without a branch", `SIP/2.0/WSS ${DOMAIN}`],
    ["with a token of no dialog", `SIP/2.0/WSS ${DOMAIN};branch=z9hG4bKx;dialog=AAAA;hop=AAAA`],
  ])("%s on top: the response goes only to the connection that the request came from", async (_what, via) => {
    const { alice, bob, carol } = await threePhones();
    const text = alice.write("MESSAGE", `sip:nobody@${DOMAIN}`).text;
    await alice.send(text.replace(/Via: [^\r]*/, `Via: ${via}`));
    expect((await alice.takeFinal("MESSAGE")).status).toBe(404);
    expect([...bob.inbox.titles(), ...carol.inbox.titles()]).not.toContain("404 MESSAGE");
  });

  test("copied from another call on top: the response still comes back to the sender", async () => {
    const { alice, bob, carol } = await threePhones();
    await alice.request("MESSAGE", bobAor);
    const [ours = ""] = viasOf(await bob.takeRequest("MESSAGE"));
    const text = carol.write("OPTIONS", `sip:${DOMAIN}`).text;
    await carol.send(text.replace(/Via: [^\r]*/, `Via: ${ours}`));
    expect((await carol.takeFinal("OPTIONS")).status).toBe(200);
    expect(alice.inbox.titles()).toEqual(expect.not.arrayContaining(["200 OPTIONS"]));
  });
});

describe("our Via in a forged response: the response is dropped, and neither its sender nor the caller gets a message", () => {
  test.each<[string, (text: string) => string]>([
    ["without its cookie", (text) => text.replace("branch=z9hG4bK", "branch=z9hG4bL")],
    [
      "with another context",
      (text) => text.replace(/branch=z9hG4bK(.)/, (_all, letter) => `branch=z9hG4bK${letter === "A" ? "B" : "A"}`),
    ],
    ["of another client branch", (text) => text.replace(/(branch=z9hG4bK[\w-]+)\.0\./, "$1.1.")],
    ["with a signature changed", (text) => text.replace(/(branch=z9hG4bK[\w-]+\.0\.)./, "$1~")],
    ["without a branch", (text) => text.replace(/;branch=z9hG4bK[\w-]+\.0\.[\w-]+/, "")],
    ["of another host", (text) => text.replace(`WSS ${DOMAIN}`, "WSS evil.example")],
    [
      "below another on top",
      (text) => text.replace("Via: SIP/2.0/WSS", "Via: SIP/2.0/WS evil.example\r\nVia: SIP/2.0/WSS"),
    ],
    ["alone", (text) => text.replace(/Via: SIP\/2\.0\/WS [^\r]*\r\n/, "")],
    ["below the caller's", (text) => text.replace(/(Via: [^\r]*)\r\n(Via: [^\r]*)/, "$2\r\n$1")],
  ])("%s", async (_what, bend) => {
    const { alice, bob } = await threePhones();
    await alice.request("INVITE", bobAor);
    const answer = answerTo(await bob.takeRequest("INVITE"), 486);
    const before = bob.inbox.titles();
    expect(bend(answer)).not.toBe(answer);
    await bob.send(bend(answer));
    expect(alice.inbox.titles()).not.toContain("486 INVITE");
    expect(bob.inbox.titles()).toEqual(before);
    await bob.send(answer);
    expect(alice.inbox.titles()).toContain("486 INVITE");
  });

  test("built from the token in Record-Route, which every phone of the call knows", async () => {
    const { alice, bob } = await threePhones();
    const sent = await alice.request("INVITE", bobAor);
    const received = await bob.takeRequest("INVITE");
    const token = tokenIn(headers(received, "record-route")[0]);
    const via = `SIP/2.0/WSS ${DOMAIN};branch=z9hG4bKx;dialog=${token}`;
    await bob.send(answerTo(received, 603).replace(/Via: SIP\/2\.0\/WSS [^\r]*/, `Via: ${via}`));
    expect(alice.inbox.titles()).toEqual(expect.not.arrayContaining(["603 INVITE"]));
    expect(sent.branch).not.toBe("");
    await bob.answer(received, 180);
    expect(alice.inbox.titles()).toContain("180 INVITE");
  });
});
