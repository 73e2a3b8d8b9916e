import { expect, test } from "@jest/globals";
import { defaultLimits } from "../../../../lib/sip/syntax/limits.ts";
import { createNetwork, DOMAIN } from "../../../support/phone/network.ts";

// Limits on one message: it is refused before any header is decoded, and before anything is read.

const { headerCount, headerLength, messageLength } = defaultLimits;

/** The response to an OPTIONS to the domain with more header lines and this body. */
async function told(lines: readonly string[], body = ""): Promise<string[]> {
  const reads: string[] = [];
  const network = createNetwork({}, (ports) => ({
    read: (keys) => {
      reads.push("look");
      return ports.read(keys);
    },
  }));
  const alice = network.phone("alice");
  await alice.request("OPTIONS", `sip:${DOMAIN}`, { lines, body });
  expect(reads).toEqual([]);
  return alice.inbox.titles();
}

const OWN_LINES = 7; // Via, Max-Forwards, To, From, Call-ID, CSeq, Content-Length

test(`${headerCount} header fields are read, one more is 400`, async () => {
  const fill = (count: number) => Array.from({ length: count - OWN_LINES }, (_, n) => `X-${n}: x`);
  expect(await told(fill(headerCount))).toEqual(["200 OPTIONS"]);
  expect(await told(fill(headerCount + 1))).toEqual(["400 OPTIONS"]);
});

test(`a header field of ${headerLength} characters is read, a longer one is 400, also when it is folded`, async () => {
  const line = (length: number) => `X: ${"x".repeat(length - "X: ".length)}`;
  expect(await told([line(headerLength)])).toEqual(["200 OPTIONS"]);
  expect(await told([line(headerLength + 1)])).toEqual(["400 OPTIONS"]);
  expect(await told([`X: x${`\r\n ${"x".repeat(1000)}`.repeat(17)}`])).toEqual(["400 OPTIONS"]);
});

test("an INVITE that is kept for later targets is 513 above 32,768 characters, because each response writes it again", async () => {
  const network = createNetwork();
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  const body = "x".repeat(40_000);
  await alice.request("INVITE", bob.aor, { body });
  expect((await bob.takeRequest("INVITE")).body).toBe(body); // without further targets the INVITE is not stored
  const lines = [`Contact: <${bob.contact}>, <sip:later@h.invalid>;q=0.5`];
  await bob.ask("REGISTER", `sip:${DOMAIN}`, { to: bob.aor, lines });
  expect((await alice.ask("INVITE", bob.aor, { body })).status).toBe(513);
  await alice.request("INVITE", bob.aor, { body: "x".repeat(30_000) });
  await bob.takeRequest("INVITE");
});

test(`a message of more than ${messageLength} characters is not parsed`, async () => {
  expect(await told([], "x".repeat(messageLength - 1000))).toEqual(["200 OPTIONS"]);
  expect(await told([], "x".repeat(messageLength))).toEqual([]);
});
