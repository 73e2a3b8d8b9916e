import { describe, expect, test } from "@jest/globals";
import { header, headers } from "../../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN } from "../../../support/phone/network.ts";
import { said, withLine } from "./said.ts";

// A header that one element sees and the next does not (RFC 3261 §7.3.1, §25.1). Either both see it, or the message is
// refused. Reading of each line: test/requirements/rfc3261/07_3_line_ends.test.ts.

const EVIL = "<sip:evil.example;lr>";

async function aliceAndBob() {
  const network = createNetwork();
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  return { alice, bob, text: alice.write("MESSAGE", `sip:bob@${DOMAIN}`).text };
}

describe("a line that other parsers could read as a header: 400, and nothing is passed on", () => {
  test.each([
    ["a bare LF", `Subject: x\nRoute: ${EVIL}`],
    ["a bare CR", `Subject: x\rRoute: ${EVIL}`],
    ["CR CR LF", `Subject: x\r\r\nRoute: ${EVIL}`],
    ["LF CR", `Subject: x\n\rRoute: ${EVIL}`],
    ["a bare LF in a quoted string", `Subject: "x\nRoute: ${EVIL}"`],
    ["an empty line made of bare LF, as if the body began", "Subject: x\n\nv=0"],
    ["NUL in a value", "Subject: x\0y"],
    ["NUL in a name", "Sub\0ject: x"],
    ["NUL behind a name", "Subject\0: x"],
    ["NUL in a line without a name", ": x\0y"],
    ["NUL and a space in a name", "Sub ject: \0"],
    ["white space within a name", `Ro ute: ${EVIL}`],
    ["no colon", "Route"],
    ["no name", `: ${EVIL}`],
    ["a name on one line, its colon on the next", `Route\r\n : ${EVIL}`],
    ["a no-break space before the colon", `Route\u00a0: ${EVIL}`],
  ])("%s", async (_what, line) => {
    const { alice, bob, text } = await aliceAndBob();
    expect(await said(alice, withLine(text, line))).toMatch(/^400 /);
    expect(bob.inbox.titles()).not.toContain("MESSAGE");
  });

  test("white space before the first header: 400, because it would continue the start line", async () => {
    const { alice, bob, text } = await aliceAndBob();
    expect(await said(alice, text.replace("\r\nVia:", "\r\n Via:"))).toMatch(/^400 |^silence$/);
    expect(bob.inbox.titles()).not.toContain("MESSAGE");
  });
});

describe("a header that the grammar allows is read here as by others", () => {
  test.each([
    ["a space before the colon", `Route : ${EVIL}`],
    ["tabs before the colon", `Route\t\t: ${EVIL}`],
    ["a fold before the value", `Route:\r\n ${EVIL}`],
    ["capitals", `ROUTE: ${EVIL}`],
  ])("Route with %s is a Route: 403, and nothing is passed on", async (_what, line) => {
    const { alice, bob, text } = await aliceAndBob();
    expect(await said(alice, withLine(text, line))).toBe("403 Forbidden");
    expect(bob.inbox.titles()).not.toContain("MESSAGE");
  });

  test.each([
    ["leading white space continues the header before it", `Subject: x\r\n Route: ${EVIL}`, `x Route: ${EVIL}`],
    ["so does a tab", `Subject: x\r\n\tRoute: ${EVIL}`, `x Route: ${EVIL}`],
    ["U+2028 ends no line", `Subject: x\u2028Route: ${EVIL}`, `x\u2028Route: ${EVIL}`],
    ["U+0085 ends no line", `Subject: x\u0085Route: ${EVIL}`, `x\u0085Route: ${EVIL}`],
  ])("%s: passed on unchanged, and a Route for neither side", async (_what, line, value) => {
    const { alice, bob, text } = await aliceAndBob();
    expect(await said(alice, withLine(text, line))).toBe("silence");
    const received = await bob.takeRequest("MESSAGE");
    expect(header(received, "subject")).toBe(value);
    expect(headers(received, "route")).toEqual([]);
  });

  test("a folded Via, From and CSeq are repeated unchanged in the response", async () => {
    const { alice, text } = await aliceAndBob();
    const folded = text
      .replace(";branch=", "\r\n ;branch=")
      .replace(";tag=", "\r\n\t;tag=")
      .replace(/CSeq: (\d+) MESSAGE/, "CSeq: $1\r\n MESSAGE")
      .replace(`sip:bob@${DOMAIN} SIP`, `sip:nobody@${DOMAIN} SIP`);
    expect(await said(alice, folded)).toBe("404 Not Found");
  });
});

test("an oversized field before all others: 400, and the response has the fields behind it", async () => {
  const { alice, bob } = await aliceAndBob();
  const sent = alice.write("MESSAGE", `sip:bob@${DOMAIN}`);
  await alice.send(sent.text.replace("\r\nVia:", `\r\nSubject: ${"x".repeat(17_000)}\r\nVia:`));
  const answer = await alice.takeFinal("MESSAGE");
  expect(`${answer.status} ${answer.reason}`).toBe("400 Header Field Too Long");
  expect([header(answer, "call-id"), header(answer, "subject")]).toEqual([sent.callId, undefined]);
  expect(bob.inbox.titles()).not.toContain("MESSAGE");
});
