import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { MemoryServer } from "../../support/server.ts";
import { parseCommand, selectChecks, usage } from "./command.ts";
import { type Fault, type FaultyServer, startFaultyServer } from "./faults/faulty-server.ts";
import { aJudgedServer } from "./judged-server.ts";
import { main } from "./main.ts";
import { suite } from "./suite.ts";

const server = ["--url", "ws://127.0.0.1:1/", "--domain", "example.com", "--user", "a:b:c"];

describe("the command line", () => {
  test("a run needs a server, a domain and a user", () => {
    for (const missing of ["--url", "--domain", "--user"]) {
      const at = server.indexOf(missing);
      const command = parseCommand(server.toSpliced(at, 2));
      expect(command).toEqual({ kind: "wrong", problem: expect.stringContaining(missing) });
    }
  });

  test("a password may contain a colon", () => {
    const command = parseCommand(server);
    expect(command.kind === "run" && command.options.accounts).toEqual([{ user: "a", password: "b:c" }]);
  });

  test("--group and --forwarding name an address, and the accounts that it leads to", () => {
    const more = ["--group", "team=erin:e,frank:f:f", "--forwarding", "office=dave:d"];
    const command = parseCommand([...server, ...more]);
    expect(command.kind === "run" && command.options.target).toMatchObject({
      group: {
        user: "team",
        members: [
          { user: "erin", password: "e" },
          { user: "frank", password: "f:f" },
        ],
      },
      forwarding: { user: "office", to: { user: "dave", password: "d" } },
    });
  });

  test.each([
    [["--url", "http://x"], "--url"],
    [["--timeout", "soon"], "--timeout"],
    [["--waive", "no-such-check=x"], "no-such-check"],
    [["--only", "no such check"], "no such check"],
    [["--group", "team=erin:secret"], "two members"],
    [["--forwarding", "office"], "one target"],
    [["--nonsense"], "--nonsense"],
  ])("%j is refused, and it says why", (args, why) => {
    expect(parseCommand([...server, ...args])).toEqual({ kind: "wrong", problem: expect.stringContaining(why) });
  });

  test("--only chooses by id, section, level and title, with * for anything", () => {
    const chosen = (pattern: string): readonly string[] => selectChecks(suite, [pattern]).map(({ id }) => id);
    expect(chosen("best-6xx-first")).toEqual(["best-6xx-first"]);
    expect(chosen("RFC 3581")).toEqual(["websocket-rport"]);
    expect(chosen("a ping * its pong")).toEqual(["websocket-pong"]);
    expect(chosen("§16.7 step 7")).toEqual(["response-challenges"]);
  });

  test("ids are unique, in small letters, and every check says where it is written", () => {
    expect(new Set(suite.map(({ id }) => id)).size).toBe(suite.length);
    expect(suite.filter(({ id }) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id)).map(({ id }) => id)).toEqual([]);
    expect(suite.filter(({ section }) => !/^RFC \d{4} §/.test(section)).map(({ id }) => id)).toEqual([]);
  });

  test("the README has their numbers", () => {
    const [must, should, may] = (["MUST", "SHOULD", "MAY"] as const).map(
      (level) => suite.filter((check) => check.level === level).length,
    );
    const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
    expect(readme).toContain(`${suite.length} checks (${must} MUST, ${should} SHOULD, ${may} MAY)`);
  });
});

describe("npm run conformance", () => {
  let good: MemoryServer;
  let withoutBinary: FaultyServer;
  /** For the good server, and for one that fails `websocket-binary`. */
  let options: readonly string[];
  let faulty: readonly string[];
  beforeAll(async () => {
    const { target, accounts, server: memory } = await aJudgedServer(3);
    const fault: Fault = { name: "no-binary", title: "closes a connection on a binary frame", closesOnBinary: true };
    [good, withoutBinary] = [memory, await startFaultyServer(target.url, [fault])];
    const users = accounts.flatMap(({ user, password }) => ["--user", `${user}:${password}`]);
    const optionsOf = (url: string) => ["--url", url, "--domain", target.domain, ...users];
    options = optionsOf(target.url);
    faulty = [...optionsOf(withoutBinary.urlOf(fault, "command")), "--timeout", "1000"];
  });
  afterAll(async () => {
    await withoutBinary.close();
    await good.close();
  });

  test("reports each check in TAP 14, counts, and ends with 0 when every MUST holds", async () => {
    const patterns = ["websocket-s*", "best-6xx", "redirect-ack"].flatMap((pattern) => ["--only", pattern]);
    const { code, stdout } = await run([...options, ...patterns]);
    expect(code).toBe(0);
    const points = pointsOf(stdout);
    expect(points.every(({ isOk }) => isOk)).toBe(true);
    expect(points.find(({ text }) => text.includes("redirect-ack"))?.text).toContain(
      "# SKIP no --redirect user was named",
    );
    expect(stdout).toMatch(/^# all {4}\d+ passed, 0 failed, 1 skipped$/m);
  });

  test("ends with 1 when a MUST fails, and shows the conversation as a ladder and in full", async () => {
    const { code, stdout } = await runProcess([...faulty, "--only", "websocket-binary"]);
    expect(code).toBe(1);
    expect(pointsOf(stdout)).toEqual([{ isOk: false, text: expect.stringContaining("(websocket-binary)") }]);
    expect(stdout).toMatch(/^ {6,}\d+ {3}\|-+>\| {2}1: REGISTER sip:example.com SIP\/2\.0$/m);
    expect(stdout).toContain("1: alice sent\n    REGISTER sip:example.com SIP/2.0\n    Via: SIP/2.0/WS ");
  });

  test("a waived failure is shown as TODO and does not count", async () => {
    const waiver = ["--waive", "websocket-binary=the platform"];
    const { code, stdout } = await run([...faulty, "--only", "websocket-binary", ...waiver]);
    expect(code).toBe(0);
    expect(pointsOf(stdout)).toEqual([{ isOk: false, text: expect.stringContaining("# TODO waived: the platform") }]);
    expect(stdout).toContain("# MUST   0 passed, 0 failed, 1 waived, 0 skipped");
  });

  test("a failed MAY is TODO and does not count", async () => {
    const { code, stdout } = await run([...options, "--only", "websocket-rport"]);
    expect(code).toBe(0);
    expect(pointsOf(stdout)).toEqual([{ isOk: false, text: expect.stringContaining("# TODO MAY") }]);
  });

  test("ends with 2 for a wrong option, and explains all of them", async () => {
    const { code, stdout, stderr } = await run([...options, "--nonsense"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("--nonsense");
    expect(stderr).toContain(usage);
  });

  test("ends with 3 when there is no server, or no account can register", async () => {
    const { code, stdout } = await run([...server, "--only", "websocket-sip"]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^Bail out! a could not connect: /m);
  });

  test("--list names the checks without contacting a server", async () => {
    const { code, stdout } = await run(["--list", "--only", "best-6xx"]);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n")).toEqual([
      expect.stringContaining("MUST RFC 3261 §16.7 step 6: of 404 and 603"),
      expect.stringContaining("(best-6xx-first)"),
    ]);
  });
});

async function run(args: readonly string[]) {
  const written = { stdout: "", stderr: "" };
  const code = await main(args, {
    out: (text) => void (written.stdout += text),
    err: (text) => void (written.stderr += text),
  });
  return { code, ...written };
}

/** As `npm run conformance` does. */
function runProcess(args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string }> {
  const script = fileURLToPath(new URL("cli.ts", import.meta.url));
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [script, ...args], { timeout: 30_000 }, (_error, stdout) => {
      if (child.exitCode === null) reject(new Error("it did not end"));
      else resolve({ code: child.exitCode, stdout });
    });
  });
}

interface Point {
  readonly isOk: boolean;
  readonly text: string;
}

/** Reads TAP 14 strictly: version, plan, numbers in order, each YAML block indented and closed. */
function pointsOf(tap: string): readonly Point[] {
  const [version, ...lines] = tap.trimEnd().split("\n");
  if (version !== "TAP version 14") throw new Error(`no TAP: ${version}`);
  const points: Point[] = [];
  let [planned, isInYaml] = [-1, false];
  for (const line of lines) {
    const plan = /^1\.\.(\d+)$/.exec(line);
    const point = /^(not )?ok (\d+) - (.*)$/.exec(line);
    if (isInYaml && (line === "" || line.startsWith("  "))) isInYaml = line !== "  ...";
    else if (line === "  ---") isInYaml = true;
    else if (plan !== null && planned < 0) planned = Number(plan[1]);
    else if (point !== null && Number(point[2]) === points.length + 1) {
      points.push({ isOk: point[1] === undefined, text: point[3] ?? "" });
    } else if (!line.startsWith("#")) throw new Error(`not TAP here: ${line}`);
  }
  if (isInYaml || planned !== points.length) throw new Error(`${planned} planned, ${points.length} told`);
  return points;
}
