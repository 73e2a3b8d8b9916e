import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { log } from "../../../../lib/aws/log.ts";
import { createLogPrinter } from "../../../../lib/local/command/log-printer.ts";
import type { LogEntry } from "../../../../lib/local/log.ts";
import { closeClouds } from "../../../parts/local/cloud.ts";
import { aService, DOMAIN, type Service } from "../../e2e/service.ts";
import { createNetwork } from "../../../support/phone/network.ts";

// Text of strangers in the log: a line of it stays one line of JSON for every reader, contains only received data, and
// has no control characters for a terminal.

const nasty: readonly (readonly [what: string, text: string])[] = [
  ["ANSI escapes", "\x1b[2J\x1b]0;owned\x07"],
  ["the C1 form of an escape", "\x9b2J"],
  ["a carriage return", "a\rINFO all is well"],
  ["a line feed", 'a\n{"level":"INFO","message":"forged"}'],
  ["U+2028 and U+2029", 'a\u2028{"level":"INFO","message":"forged"}\u2029'],
  ["U+0085", "a\u0085forged"],
  ["what ends a JSON string", '","level":"ERROR","x":"'],
  ["a backslash at the end", "a\\"],
  ["bidirectional overrides", "\u202egnp.exe\u2066"],
  ["NUL and DEL", "\0\x7f"],
  ["a lone surrogate", "\ud800"],
  ["invisible characters", "\ufeff\u200f"],
];

function callIdOf(note: { readonly fields: Readonly<Record<string, unknown>> } | undefined): unknown {
  const sip = note?.fields["sip"];
  return typeof sip === "object" && sip !== null && "call_id" in sip ? sip.call_id : undefined;
}

/** Controls, line ends of every script, and characters that reverse the direction of text. */
const UNSAFE = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

describe("a log line is one line of JSON, without characters that a reader would interpret", () => {
  test.each(nasty)("%s", (_what, text) => {
    const written: string[] = [];
    const spy = jest.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
    log.info(`INVITE ${text}`, { callId: text, [text]: text, level2: { deep: [text] }, error: new Error(text) });
    spy.mockRestore();
    expect(written).toHaveLength(1);
    const line = written.join().replace(/\n$/, "");
    expect(line).not.toMatch(UNSAFE);
    const value: unknown = JSON.parse(line);
    expect(value).toMatchObject({ level: "INFO", message: `INVITE ${text}`, callId: text, level2: { deep: [text] } });
  });

  test("a field named by a peer cannot replace level or message", () => {
    const network = createNetwork();
    const seen = network.notes;
    return network
      .phone("mallory")
      .send(`OPTIONS sip:${DOMAIN} SIP/2.0\r\nlevel: ERROR\r\nmessage: forged\r\nCall-ID: c1\r\n\r\n`)
      .then(() => {
        expect(seen.map(({ event }) => event)).toEqual([expect.stringMatching(/^OPTIONS sip:example\.com/)]);
        expect(Object.keys(seen[0]?.fields ?? {}).toSorted()).toEqual(["because", "flow", "reason", "sip"]);
      });
  });

  test("the Call-ID of a line is the message's own, not one behind U+2028 in another header", async () => {
    const network = createNetwork();
    const mallory = network.phone("mallory");
    const { text, callId } = mallory.write("OPTIONS", `sip:${DOMAIN}`);
    await mallory.send(text.replace("\r\nVia", "\r\nSubject: x\u2028Call-ID: alices-call\r\nVia"));
    expect(network.notes[0]?.fields).toMatchObject({ sip: { call_id: callId } });
  });

  const first = "OPTIONS sip:example.com SIP/2.0\r\n";
  test.each([
    ["folded behind its name", `${first}Call-ID:\r\n mine\r\nl: 0\r\n\r\n`, "mine"],
    ["in its compact form", `${first}i : mine\r\nl: 0\r\n\r\n`, "mine"],
    ["before a body that looks like a header", `${first}Call-ID: mine\r\n\r\ni: secret\r\n`, "mine"],
    ["missing, with a body that looks like a header", `${first}l: 11\r\n\r\n\r\ni: secret`, undefined],
    [
      "missing, with a line of another header that looks like it",
      `${first}s: a\r\n Call-ID: secret\r\n\r\n`,
      undefined,
    ],
    ["of two words, the first of which is another call's", `${first}Call-ID: other\r\n mine\r\n\r\n`, undefined],
    ["there twice", `${first}Call-ID: other\r\ni: mine\r\n\r\n`, undefined],
    ["behind a lone line feed", `${first}Subject: x\nCall-ID: other\r\n\r\n`, undefined],
    ["in a message whose line ends are broken", `${first}Via: x\n\nCall-ID: other`, undefined],
  ])("the Call-ID of a line is the header field's: %s", async (_what, text, callId) => {
    const network = createNetwork();
    await network.phone("mallory").send(text);
    expect(network.notes).toHaveLength(1);
    expect(network.notes[0]?.event).toBe("OPTIONS sip:example.com");
    expect(callIdOf(network.notes[0])).toBe(callId);
    expect(JSON.stringify(network.notes)).not.toMatch(/secret|other/);
  });

  test("the line of a timer has the Call-ID of its INVITE, whether it rides along or was stored", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { text } = alice.write("INVITE", bob.aor, { callId: "mine", body: "i: secret\r\n" });
    await alice.send(text.replace("Call-ID: mine", "Call-ID:\r\n mine"));
    await network.pass(400);
    const timers = network.notes.filter(({ event }) => event === "timer");
    const callIds = timers.map(callIdOf);
    expect(new Set(callIds)).toEqual(new Set(["mine"]));
    expect(JSON.stringify(network.notes)).not.toContain("secret");
  });

  test("a first line of 100 KB and a Call-ID of 10 KB are cut", async () => {
    const network = createNetwork();
    const mallory = network.phone("mallory");
    await mallory.send(`${"x".repeat(100_000)}\r\nCall-ID: ${"y".repeat(10_000)}\r\n\r\n`);
    expect(JSON.stringify(network.notes).length).toBeLessThan(600);
  });
});

describe("the console of the local cloud prints no control characters", () => {
  function printed(entry: Partial<LogEntry>, color = false): string {
    const lines: string[] = [];
    const printer = createLogPrinter({ quiet: false, verbose: true, color, write: (line) => void lines.push(line) });
    printer({ at: 0, level: "INFO", source: "default", text: "", ...entry });
    return lines.join("\n");
  }

  const entries: readonly (readonly [where: string, text: (nasty: string) => string])[] = [
    ["a message", (text) => JSON.stringify({ level: "INFO", message: text })],
    ["a Call-ID", (text) => JSON.stringify({ level: "INFO", message: "m", callId: text })],
    ["a field's name", (text) => JSON.stringify({ level: "INFO", message: "m", [text]: "x" })],
    ["an error", (text) => JSON.stringify({ level: "ERROR", message: "m", error: { stack: text } })],
    ["an error without a stack", (text) => JSON.stringify({ level: "ERROR", message: "m", error: { message: text } })],
    ["an error of another shape", (text) => JSON.stringify({ level: "ERROR", message: "m", error: { [text]: text } })],
    ["a line that is no JSON", (text) => text],
  ];

  test.each(entries.flatMap(([where, make]) => nasty.map(([what, text]) => [what, where, make(text)] as const)))(
    "%s in %s",
    (_what, _where, text) => {
      const output = printed({ text });
      expect(output.replaceAll("\n    ", " ")).not.toMatch(UNSAFE);
    },
  );

  test("a line feed continues below, indented, so that no entry can be forged", () => {
    const output = printed({ text: "x\n12:00:00.000 default    ERROR  forged" });
    expect(output.split("\n").slice(1)).toEqual(["    12:00:00.000 default    ERROR  forged"]);
  });

  test("with colours, the only escapes are the printer's own", () => {
    const text = JSON.stringify({ level: "INFO", message: "\x1b[31mred", callId: "\x1b[2J" });
    const output = printed({ text }, true);
    expect(output).toContain("\\u001b[31mred");
    expect(output.replace(/\x1b\[\d+m/g, "")).not.toMatch(UNSAFE);
  });
});

describe("end to end, on the deployed bundles", () => {
  let service: Service;
  beforeAll(async () => {
    service = await aService();
  });
  afterAll(closeClouds);

  test("every line that such messages leave is one object of JSON without controls, and every printed one is clean", async () => {
    const mallory = await service.connect("mallory");
    const lines = nasty.map(([, text]) => text.toWellFormed());
    for (const text of lines) {
      mallory.socket.send(
        `${text} sip:${DOMAIN} SIP/2.0\r\nVia: ${text}\r\nCall-ID: ${text}\r\nUser-Agent: ${text}\r\n\r\n`,
      );
      mallory.socket.send(
        `OPTIONS sip:${text}@${DOMAIN} SIP/2.0\r\nVia: SIP/2.0/WS a.invalid\r\nCall-ID: ${text}\r\n\r\n`,
      );
      const good = mallory.write("OPTIONS", `sip:${DOMAIN}`, {
        callId: `c${text.replace(/[\s\0]/g, "")}`,
        lines: [],
      }).text;
      mallory.socket.send(good.replace("Max-Forwards", `User-Agent: ${text.replace(/[\r\n\0]/g, "")}\r\nMax-Forwards`));
    }
    expect((await mallory.ask("OPTIONS", `sip:${DOMAIN}`, { callId: "the-last" })).status).toBe(200);
    await service.cloud.settled();

    const written = service.cloud.logs.filter(({ source, level }) => source === "default" && level !== "REPORT");
    expect(written.length).toBeGreaterThan(3 * nasty.length);
    const output: string[] = [];
    const print = createLogPrinter({
      quiet: false,
      verbose: false,
      color: false,
      write: (line) => void output.push(line),
    });
    for (const entry of written) {
      expect(entry.text).not.toMatch(UNSAFE);
      expect(Object.keys(JSON.parse(entry.text))).toEqual(expect.arrayContaining(["level", "message", "flow"]));
      print(entry);
    }
    expect(output.join("").replaceAll("\n    ", "")).not.toMatch(UNSAFE);
    expect(written.filter(({ text }) => JSON.parse(text).level === "ERROR")).toEqual([]);
  });
});
