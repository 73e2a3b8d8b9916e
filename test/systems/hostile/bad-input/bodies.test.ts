import { describe, expect, test } from "@jest/globals";
import { header } from "../../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN } from "../../../support/phone/network.ts";

// Bodies belong to the phones: a proxy forwards them and reads none (RFC 3261 §16.6 step 1). So a body that could harm
// its parser is not parsed here, and leaves byte for byte as it came.

const bobAor = `sip:bob@${DOMAIN}`;

const documents: readonly (readonly [what: string, type: string | undefined, body: string])[] = [
  ["SDP cut short", "application/sdp", "v=0\r\no=- 1 1 IN IP4"],
  ["SDP with line ends of all kinds", "application/sdp", "v=0\no=-\r\r\ns=-\n\rt=0 0\u2028"],
  [
    "SDP with numbers of 400 digits",
    "application/sdp",
    `v=0\r\nm=audio ${"9".repeat(400)} RTP/AVP ${"9".repeat(400)}\r\n`,
  ],
  ["SDP with NUL and controls", "application/sdp", "v=0\0\r\ns=\x1b[2J\x07\r\n"],
  ["SDP of 60 KB in one line", "application/sdp", `a=${"x".repeat(60_000)}`],
  ["malformed SDP", "application/sdp", "{}"],
  ["multipart without its boundary", 'multipart/mixed;boundary="b"', "nothing of the kind"],
  [
    "multipart with a boundary that never ends",
    'multipart/mixed;boundary="b"',
    "--b\r\nContent-Type: application/sdp\r\n\r\nv=0",
  ],
  [
    "multipart in multipart in multipart",
    "multipart/mixed;boundary=b",
    "--b\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n".repeat(300),
  ],
  ["multipart without a boundary parameter", "multipart/mixed", "--\r\n\r\n--\r\n----"],
  ["multipart with a boundary of 300 characters", `multipart/mixed;boundary=${"b".repeat(300)}`, "--b--"],
  ["a SIP message", "message/sip", "INVITE sip:bob@example.com SIP/2.0\r\nVia: x\r\n\r\n"],
  [
    "XML with an external entity",
    "application/pidf+xml",
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
  ],
  ["octets of all kinds of UTF-8", "text/plain", "\u00ff\u0800\u{10ffff}\ufeff"],
  ["no Content-Type at all", undefined, "v=0\r\n"],
];

function linesFor(type: string | undefined): string[] {
  return type === undefined ? [] : [`Content-Type: ${type}`];
}

describe("a body goes to the other phone byte for byte, whatever it contains", () => {
  test.each(documents)("%s, in an INVITE and back in its 200", async (_what, type, body) => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bobAor, { body, lines: linesFor(type) });
    const received = await bob.takeRequest("INVITE");
    expect(received.body).toBe(body);
    expect(header(received, "content-type")).toBe(type);
    await bob.answer(received, 200, { body, lines: linesFor(type) });
    expect((await alice.takeFinal("INVITE")).body).toBe(body);
  });

  test.each(documents)(
    "%s, in a MESSAGE to several phones and to one that is rung later",
    async (_what, type, body) => {
      const network = createNetwork();
      const [alice, first, second] = [
        await network.online("alice"),
        await network.online("bob", { flow: "b1" }),
        await network.online("bob", { flow: "b2" }),
      ];
      await alice.request("MESSAGE", bobAor, { body, lines: linesFor(type) });
      expect([(await first.takeRequest("MESSAGE")).body, (await second.takeRequest("MESSAGE")).body]).toEqual([
        body,
        body,
      ]);
    },
  );
});

describe("PUBLISH (RFC 3903) to a GRUU is forwarded like any method", () => {
  test.each<[string, { readonly body?: string; readonly lines: readonly string[] }]>([
    ["without a Content-Type", { body: "<presence/>", lines: ["Event: presence"] }],
    ["without a body", { lines: ["Event: presence", "Expires: 0", "SIP-If-Match: dx200xyz"] }],
    ["without an Event", { body: "<presence/>", lines: ["Content-Type: application/pidf+xml"] }],
    ["with a body that is no XML", { body: "<\0", lines: ["Event: presence", "Content-Type: application/pidf+xml"] }],
  ])("%s: the phone gets it unchanged, and the sender the phone's response", async (_what, parts) => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("PUBLISH", `${bobAor};gr=${bob.instance}`, parts);
    const received = await bob.takeRequest("PUBLISH");
    expect(received.body).toBe(parts.body ?? "");
    expect(header(received, "content-type")).toBe(
      parts.lines.find((line) => line.startsWith("Content-Type"))?.slice(14),
    );
    await bob.answer(received, 489);
    expect((await alice.takeFinal("PUBLISH")).status).toBe(489);
    expect(network.state.rows.contexts.size).toBe(0);
  });

  test("from a stranger: 407, and no phone gets it", async () => {
    const network = createNetwork();
    const bob = await network.online("bob");
    const mallory = network.phone("mallory");
    await mallory.request("PUBLISH", bobAor, { body: "x" });
    expect((await mallory.takeFinal("PUBLISH")).status).toBe(407);
    expect(bob.inbox.titles()).not.toContain("PUBLISH");
  });

  test("to a device that is not there: 480, and nothing is stored", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await alice.request("PUBLISH", `${bobAor};gr=urn:uuid:unknown`, { body: "x" });
    expect((await alice.takeFinal("PUBLISH")).status).toBe(480);
    expect(network.state.rows.contexts.size).toBe(0);
  });
});
