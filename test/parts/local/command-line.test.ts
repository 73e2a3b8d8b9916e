import { describe, expect, test } from "@jest/globals";
import { createLogPrinter } from "../../../lib/local/command/log-printer.ts";
import { parseOptions } from "../../../lib/local/command/options.ts";
import { parseSubscribers } from "../../../lib/local/command/subscribers-file.ts";
import { aor } from "../../../lib/sip/syntax/aor.ts";
import { userNameProblem } from "../../../lib/sip/syntax/user-name.ts";
import type { LogEntry } from "../../../lib/local/log.ts";

describe("npm start, its options", () => {
  test("nothing given: port 8080, domain localhost, in memory", () => {
    expect(parseOptions([])).toEqual({
      kind: "run",
      options: {
        port: 8080,
        host: "127.0.0.1",
        tls: false,
        throttled: [],
        domain: "localhost",
        origins: [],
        jitterMs: 0,
        quiet: false,
        verbose: false,
      },
    });
  });

  test("all given", () => {
    const flags =
      "--port 0 --host 0.0.0.0 --tls --throttle Registrations,connections=0.5 --subscribers p.csv --domain Example.COM --data d --jitter 50 --origins http://a:1,https://b --quiet --ready-file r --call-id c --turn turn:t:3478,stun:t --turn-secret s --http-hosts h,l:1 --http-token t --http-certificates c.pem --push mailto:a@b.example";
    expect(parseOptions(flags.split(" "))).toEqual({
      kind: "run",
      options: {
        port: 0,
        host: "0.0.0.0",
        tls: true,
        throttled: [
          ["Registrations", 1],
          ["connections", 0.5],
        ],
        subscribers: "p.csv",
        domain: "example.com",
        origins: ["http://a:1", "https://b"],
        data: "d",
        jitterMs: 50,
        quiet: true,
        verbose: false,
        readyFile: "r",
        callId: "c",
        turn: { urls: "turn:t:3478,stun:t", secret: "s" },
        http: { hosts: "h,l:1", token: "t", certificates: "c.pem" },
        push: "mailto:a@b.example",
      },
    });
  });

  test("--help wins over the rest", () => {
    expect(parseOptions(["--help", "--port", "1"])).toEqual({ kind: "help" });
  });

  test.each([
    ["--prot 1", "Unknown option '--prot'."],
    ["--port", "Option '--port <value>' argument missing."],
    ["--port x", "--port x: give a number from 0 to 65535."],
    ["--port 65536", "--port 65536: give a number from 0 to 65535."],
    ["--jitter -5", "--jitter -5: give milliseconds, 0 to 60000."],
    ["--port -1", "--port -1: give a number from 0 to 65535."],
    ["--throttle Registrations=-1", "--throttle Registrations=-1: give NAME or NAME=SHARE, the share from 0 to 1."],
    ["--throttle =1", "--throttle =1: give NAME or NAME=SHARE, the share from 0 to 1."],
    ["--host a_b", "--host a_b: give an address of this machine, such as 0.0.0.0."],
    ["--jitter 1.5", "--jitter 1.5: give milliseconds, 0 to 60000."],
    ["--domain a_b", "--domain a_b: give a host name, such as example.com."],
    ["--data=", "--data needs a value."],
    ["--turn turn:t", "--turn needs --turn-secret, the static-auth-secret of coturn."],
    ["--turn-secret s", "--turn-secret needs --turn: the address of the server, such as turn:127.0.0.1:3478."],
    ["--turn turn:t,t:3478 --turn-secret s", "--turn t:3478: give turn:host:port, several separated by commas."],
    ["--turn turn://t --turn-secret s", "--turn turn://t: give turn:host:port, several separated by commas."],
    ...["--http-token t", "--http-certificates c.pem"].map((flags) => [
      flags,
      "--http-token and --http-certificates need --http-hosts: the hosts of the endpoints, such as localhost:8443.",
    ]),
    ["--push me@example.com", "--push me@example.com: give a way to reach you, such as mailto:you@example.com."],
    ["--turn= --turn-secret s", "--turn needs a value."],
    ["--turn turn:t --turn-secret=", "--turn-secret needs a value."],
    ["--quiet=yes", "Option '--quiet' does not take an argument."],
    ["stray", "Unexpected argument 'stray'."],
  ])("%s: says what is wrong and where to look", (flags, problem) => {
    expect(parseOptions(flags.split(" "))).toEqual({ kind: "wrong", problem: `${problem} See: npm start -- --help` });
  });
});

describe("--subscribers", () => {
  test("one user,password per line; the password is everything after the first comma", () => {
    const text = '\uFEFFuser,password\r\nalice,secret\n\n# a comment\nbob , pass,word\n"carol","say ""hi"""\n';
    expect(parseSubscribers(text, "p.csv", userNameProblem)).toEqual({
      ok: true,
      subscribers: [
        { user: "alice", password: "secret" },
        { user: "bob", password: "pass,word" },
        { user: "carol", password: 'say "hi"' },
      ],
    });
  });

  test.each([
    ["alice,a\nbob", "p.csv, line 2: expected user,password"],
    ["alice,", "p.csv, line 1: expected user,password"],
    [",secret", "p.csv, line 1: expected user,password"],
    ['"alice,secret', "p.csv, line 1: expected user,password"],
    ["a@example.com,x", 'p.csv, line 1: "a@example.com" has an @ or a colon: write the part before the @ only'],
    ["a\u001b[31m\u202e,x", 'p.csv, line 1: "a\\u001b[31m\\u202e" has a character that is not text'],
    [`${"é".repeat(101)},x`, `p.csv, line 1: "${"é".repeat(60)}…" is longer than 600 characters when it is escaped`],
    ["alice,x\n\nalice,y", 'p.csv, line 3: "alice" is listed twice'],
    ["# empty\n", "p.csv lists no users: write one user,password per line"],
  ])("%j: names the line", (text, problem) => {
    expect(parseSubscribers(text, "p.csv", userNameProblem)).toEqual({ ok: false, problem });
  });

  test("a user may have spaces, %, # and letters beyond ASCII", () => {
    const parsed = parseSubscribers('zoë,1\n100% me,2\n"#1",3\n"王 ""the king""",4', "p.csv", userNameProblem);
    const users = parsed.ok ? parsed.subscribers.map(({ user }) => user) : [];
    expect(users).toEqual(["zoë", "100% me", "#1", '王 "the king"']);
    expect(users.map((user) => aor(user, "example.com"))).toEqual([
      "sip:zo%C3%AB@example.com",
      "sip:100%25%20me@example.com",
      "sip:%231@example.com",
      "sip:%E7%8E%8B%20%22the%20king%22@example.com",
    ]);
  });

  test("is read in linear time", () => {
    const startedAt = performance.now();
    parseSubscribers(`"${'""'.repeat(100_000)},${" ".repeat(100_000)}`, "p.csv", userNameProblem);
    expect(performance.now() - startedAt).toBeLessThan(20_000); // 40 billion steps, a minute of CPU, if each character were compared with each
  });
});

function entry(text: string, more: Partial<LogEntry> = {}): LogEntry {
  return { at: Date.UTC(2026, 10, 24, 12, 0, 0, 7), level: "INFO", source: "default", text, ...more };
}

/** Prints these entries. */
function print(entries: readonly LogEntry[], options: object = {}): string[] {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const printer = createLogPrinter({ quiet: false, verbose: false, color: false, write, ...options });
  for (const item of entries) printer(item);
  return lines;
}

describe("log lines", () => {
  const call = (callId: string) =>
    entry(JSON.stringify({ level: "INFO", message: "routed", sip: { call_id: callId } }));
  const report = entry("1.0 ms", { level: "REPORT" });

  test("show time, function, level, message and the fields that identify the call first", () => {
    const sip = { method: "INVITE", cseq: { code: 1 }, call_id: "c1" };
    const text = JSON.stringify({ level: "INFO", message: "routed", extra: "a b", sip, aws: { reads: 2 } });
    expect(print([entry(text)])[0]).toMatch(
      /^\d\d:\d\d:00\.007 default {4}INFO {3}routed sip\.call_id=c1 extra="a b" sip\.cseq\.code=1 aws\.reads=2$/,
    );
  });

  test("show what was sent for a message, and to which flows", () => {
    const text = JSON.stringify({
      message: "REGISTER sip:a",
      sip: { call_id: "c1" },
      sent: ["401 REGISTER > F1=", "BYE > F2="],
    });
    expect(print([entry(text)])[0]).toMatch(/REGISTER sip:a → 401 REGISTER > F1=, BYE > F2= sip\.call_id=c1$/);
  });

  test("show the stack of an error below", () => {
    const text = JSON.stringify({ message: "failed", error: { name: "E", message: "m", stack: "E: m\n at x" } });
    expect(print([entry(text, { level: "ERROR" })])[0]).toMatch(/ERROR {2}failed\n {4}E: m\n {5}at x$/);
  });

  test("that are not JSON are shown unchanged", () => {
    expect(print([entry("plain words")])[0]).toMatch(/INFO {3}plain words$/);
  });

  test("with --call-id only the lines of that call are shown, and those of the cloud itself", () => {
    const cloud = entry("AccessDenied for default", { level: "ERROR", source: "cloud" });
    expect(print([call("c1"), call("c2"), entry("plain"), report, cloud], { callId: "c2", verbose: true })).toEqual([
      expect.stringContaining("sip.call_id=c2"),
      expect.stringContaining("AccessDenied"),
    ]);
  });

  test("with --quiet only errors are shown", () => {
    const error = entry("bad", { level: "ERROR" });
    expect(print([call("c1"), report, error], { quiet: true, verbose: true })).toEqual([
      expect.stringContaining("bad"),
    ]);
  });

  test("durations are shown with --verbose only", () => {
    expect(print([report])).toEqual([]);
    expect(print([report], { verbose: true })).toEqual([expect.stringContaining("REPORT 1.0 ms")]);
  });
});
