import { describe, expect, test } from "@jest/globals";
import { createNetwork, DOMAIN } from "../../../support/phone/network.ts";
import { instead, said } from "./said.ts";

// Content-Length that is wrong, from end to end: the response to the sender, and the text that the other phone gets
// (RFC 3261 §18.3). Reading of lengths, octet by octet: test/requirements/rfc3261/18_3_framing.test.ts.

const bobAor = `sip:bob@${DOMAIN}`;

async function aliceAndBob() {
  const network = createNetwork();
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  const text = alice.write("MESSAGE", bobAor, { body: "twelve bytes", lines: ["Content-Type: text/plain"] }).text;
  return { alice, bob, text };
}

describe("Content-Length: 5 before twelve octets", () => {
  test("the sender gets no refusal, and the other phone the five octets that were announced", async () => {
    const { alice, bob, text } = await aliceAndBob();
    expect(await said(alice, instead(text, "Content-Length", "Content-Length: 5"))).toBe("silence");
    expect((await bob.takeRequest("MESSAGE")).body).toBe("twelv");
  });

  test("a request behind the announced body is neither processed nor passed on", async () => {
    const { alice, bob, text } = await aliceAndBob();
    const hidden = alice.write("MESSAGE", alice.aor, { body: "hidden" }).text;
    await alice.send(`${text}${hidden}`);
    expect((await bob.takeRequest("MESSAGE")).body).toBe("twelve bytes");
    expect(alice.inbox.titles()).not.toContain("MESSAGE");
  });
});

test.each([
  ["one octet more than there is", "Content-Length: 13"],
  ["far more", "Content-Length: 131072"],
  ["more than any number of nine digits", "Content-Length: 99999999999"],
  ["a number below zero", "Content-Length: -1"],
  ["hexadecimal", "Content-Length: 0xc"],
  ["nothing", "Content-Length:"],
  ["a compact form that says otherwise", "Content-Length: 12\r\nl: 5"],
  ["the same in a list", "Content-Length: 12, 12"],
])("Content-Length %s: 400, and nothing is passed on", async (_what, lines) => {
  const { alice, bob, text } = await aliceAndBob();
  expect(await said(alice, instead(text, "Content-Length", lines))).toMatch(
    /^400 (?:Content-Length Exceeds Body|Malformed Content-Length)$/,
  );
  expect(bob.inbox.titles()).not.toContain("MESSAGE");
});

test("a response whose Content-Length is longer than its body is dropped: the caller gets no part of it, the sender no answer", async () => {
  const { alice, bob, text } = await aliceAndBob();
  await alice.send(text);
  const received = await bob.takeRequest("MESSAGE");
  await bob.answer(received, 200, { lines: ["Content-Length: 77"] });
  expect(alice.inbox.titles()).not.toContain("200 MESSAGE");
  expect(bob.inbox.titles().filter((title) => title.endsWith(" MESSAGE"))).toEqual([]);
  await bob.answer(received, 200);
  expect((await alice.takeFinal("MESSAGE")).status).toBe(200);
});
