import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { WebSocketServer } from "ws";
import { ipv6 } from "../../../lib/cli/doctor/connections.ts";
import { digestOrder, offersIn } from "../../../lib/cli/doctor/digest-order.ts";
import { connectProbe } from "../../../lib/cli/doctor/probe-phone.ts";
import { clocks } from "../../../lib/cli/doctor/test-call.ts";
import type { SipResponse } from "../../../lib/sip/syntax/message.ts";
import { parseMessage } from "../../../lib/sip/syntax/parse.ts";
import { aGuardedService, type GuardedService } from "../authorizer/service.ts";
import { closeClouds } from "../local/cloud.ts";
import { createLocalService } from "../../../lib/operations/local-service.ts";
import { USERS } from "../../systems/e2e/service.ts";
import { anOperatedService, type Ended, type OperatedService, runSip } from "./command.ts";
import { aStandInAccount, type StandInAccount } from "./stand-in-account.ts";

interface Finding {
  readonly check: string;
  readonly verdict: string;
  readonly found: string;
  readonly remedy?: string;
}

/** A busy machine answers late. */
const PATIENCE = ["--patience", "9999"];
/** The user does not interrupt it. */
const NEVER = new AbortController().signal;

const findingsIn = ({ out }: Ended): readonly Finding[] => JSON.parse(out);
const named = (findings: readonly Finding[], text: string): Finding => {
  const found = findings.find(({ check }) => check.includes(text));
  if (found === undefined) throw new Error(`no check ${text}`);
  return found;
};

let service: OperatedService;
beforeAll(async () => {
  service = await anOperatedService();
});
afterAll(async () => {
  service.stop();
  await closeClouds();
});

describe("doctor on the local cloud", () => {
  test("connects, registers, calls an echo and finds each in order", async () => {
    const ended = await service.sip(["doctor", "--json", ...PATIENCE], "", NEVER);
    expect(ended).toMatchObject({ code: 0, error: "" });
    const findings = findingsIn(ended);
    expect(findings.map(({ check, verdict }) => `${check}: ${verdict}`)).toEqual([
      "a phone connects: ok",
      "a client without the subprotocol is refused: ok",
      "a page of another origin is refused: ok",
      "a forged token is refused: not tried",
      "phones can connect by IPv6: not tried",
      "known clients understand the challenge: ok",
      "a phone registers: ok",
      "the clocks agree: ok",
      "a call to an echo is answered: ok",
      "the call ends: ok",
      "there are users: ok",
      "functions can run at the same time: not tried",
      "alarms notify an address or a topic: not tried",
      "the log of the last hour has no error: ok",
    ]);
    expect(named(findings, "challenge").found).toBe("SHA-256 then MD5");
  });

  test("leaves no user behind, and its call is in the list of calls", async () => {
    const users: { address: string }[] = Object(await service.json(["users", "list"]));
    expect(users.map(({ address }) => address)).toEqual(USERS.map((user) => `sip:${user}@example.com`));
    expect(await service.json(["calls"])).toMatchObject([
      { state: "ended", callId: expect.stringMatching(/^doctor-/) },
    ]);
  });

  test("removes its users when it is interrupted in the call, and exits with 1", async () => {
    const controller = new AbortController();
    const added = () =>
      service.cloud.meter.calls.filter(({ caller, action }) => caller === "operator" && action === "UpdateItem");
    const before = added().length;
    const ended = service.sip(["doctor", ...PATIENCE], "", controller.signal);
    while (added().length < before + 2) await new Promise(setImmediate);
    controller.abort();
    expect(await ended).toMatchObject({ code: 1, out: "", error: "Interrupted.\n" });
    const users: { address: string }[] = Object(await service.json(["users", "list"]));
    expect(users.map(({ address }) => address).filter((address) => address.includes("doctor"))).toEqual([]);
  });

  test("with --no-call adds no user", async () => {
    const writes = () => service.cloud.meter.calls.filter(({ caller }) => caller === "operator").length;
    const before = writes();
    const checks = findingsIn(await service.sip(["doctor", "--no-call", "--json", ...PATIENCE], "", NEVER)).map(
      ({ check }) => check,
    );
    expect(checks).not.toContain("a phone registers");
    expect(writes() - before).toBe(1); // the look into the table of users
  });

  test("prints what was found, and what to do, in columns", async () => {
    const { out } = await service.sip(["doctor", "--no-call", ...PATIENCE], "", NEVER);
    expect(out).toMatch(/^CHECK +FOUND +WHAT TO DO\n/);
    expect(out).toMatch(/a phone connects +ok +101, subprotocol sip\n/);
  });
});

test("a phone of the doctor that is closed waits for no response: an interrupted command ends at once", async () => {
  const silent = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(silent, "listening");
  const { port }: Partial<AddressInfo> = Object(silent.address());
  const patient = { url: `ws://127.0.0.1:${port}`, patienceMilliseconds: 9_999_000 };
  const phone = await connectProbe(patient, { user: "alice", domain: "example.com" });
  const response = phone.register();
  phone.close();
  expect([await response, await phone.register()]).toEqual([undefined, undefined]);
  silent.close();
});

describe("doctor on AWS", () => {
  let account: StandInAccount;
  beforeAll(async () => {
    account = await aStandInAccount(service.cloud);
  });
  beforeEach(() => void Object.assign(account, { concurrency: 1000, hasActions: true, on: [] }));
  afterAll(() => account.close());
  const doctor = () => runSip(["doctor", "--no-call", "--json", ...PATIENCE], "", NEVER);

  test("finds quotas, alarms and log in order", async () => {
    const ended = await doctor();
    expect(ended).toMatchObject({ code: 0, error: "" });
    const findings = findingsIn(ended);
    expect(named(findings, "functions can run")).toMatchObject({
      verdict: "ok",
      found: expect.stringMatching(/^1000 /),
    });
    expect(named(findings, "alarms notify")).toMatchObject({ verdict: "ok", found: "6 alarms" });
    expect(named(findings, "no alarm is on").verdict).toBe("ok");
    expect(named(findings, "the log").verdict).toBe("ok");
  });

  test("advises to raise the quota of a new account, and to connect alarms, without failing", async () => {
    Object.assign(account, { concurrency: 10, hasActions: false });
    const ended = await doctor();
    expect(ended.code).toBe(0);
    const findings = findingsIn(ended);
    expect(named(findings, "functions can run")).toMatchObject({
      verdict: "advice",
      remedy: expect.stringContaining("L-B99A9384"),
    });
    expect(named(findings, "alarms notify")).toMatchObject({
      verdict: "advice",
      found: expect.stringMatching(/^6 of 6 have no action/),
      remedy: expect.stringContaining("alarmEmail"),
    });
  });

  test("fails with exit code 1 while an alarm is on, and names it", async () => {
    account.on = ["Throttled"];
    const ended = await doctor();
    expect([ended.code, ended.error]).toEqual([1, expect.stringContaining("1 of 11 checks failed on stack SipStack")]);
    expect(named(findingsIn(ended), "no alarm is on")).toMatchObject({
      verdict: "fault",
      found: expect.stringContaining("Throttled"),
      remedy: expect.stringContaining("docs/runbook.md"),
    });
  });

  test("says which permission is missing where a question is refused", async () => {
    account.concurrency = undefined;
    expect(named(findingsIn(await doctor()), "functions can run")).toMatchObject({
      verdict: "not tried",
      found: "AccessDeniedException",
      remedy: expect.stringContaining("lambda:GetAccountSettings"),
    });
  });

  test("asks the log for errors that belong to no call too", async () => {
    await doctor();
    expect(account.queries.at(-1)).toContain("level = 'ERROR'");
  });
});

describe("doctor where connections need a token", () => {
  let guarded: GuardedService;
  let findings: readonly Finding[];
  beforeAll(async () => {
    guarded = await aGuardedService();
    const operations = createServer(createLocalService(() => guarded.cloud).answer).listen(0, "127.0.0.1");
    await new Promise((resolve) => operations.once("listening", resolve));
    const { port }: Partial<AddressInfo> = Object(operations.address());
    findings = findingsIn(
      await runSip(["doctor", ...PATIENCE, "--json", "--local", `http://127.0.0.1:${port}`], "", NEVER),
    );
    operations.close();
  });
  afterAll(() => guarded.close());

  test("tries a forged token", () => {
    expect(named(findings, "a forged token")).toMatchObject({ verdict: "ok", found: "403" });
  });

  test("registers and calls by tickets", () => {
    for (const check of ["a phone registers", "the clocks agree", "a call to an echo", "the call ends"])
      expect(named(findings, check).verdict).toBe("ok");
  });
});

describe("the order of challenges", () => {
  test.each([
    [["SHA-256", "MD5"], "ok", ""],
    [["MD5", "SHA-256"], "fault", "JsSIP 3.13, SIP.js 0.21 cannot sign in"],
    [["SHA-256", "MD5", "bearer"], "fault", "JsSIP 3.13, SIP.js 0.21 cannot sign in"],
    [["SHA-256"], "advice", "add MD5"],
    [["MD5"], "advice", "Add SHA-256"],
    [[], "advice", "cannot sign in"],
  ])("%j: %s", (offers, verdict, remedy) => {
    const finding = digestOrder(offers);
    expect(finding.verdict).toBe(verdict);
    expect(finding.remedy ?? "").toContain(remedy);
  });

  test("is that of the header fields, other schemes by their names", () => {
    const response = responseWith('WWW-Authenticate: Bearer authz_server="x"', 'WWW-Authenticate: Digest realm="r"');
    expect(offersIn(response)).toEqual(["bearer", "MD5"]);
  });
});

describe("the clocks", () => {
  const answer = responseWith("Date: Sun, 29 Nov 2026 10:00:00 GMT");
  const at = Date.UTC(2026, 10, 29, 10) / 1000;

  test.each([
    [0, 0, "ok", "same time"],
    [-3600, 3600, "ok", "same time"], // written at some time in this hour
    [0.9, 0.9, "ok", "same time"],
    [20, 25, "ok", "20 s ahead"],
    [-405, -400, "fault", "400 s behind"],
    [31, 33, "fault", "31 s ahead"],
  ])("request %i s and answer %i s after the Date: %s", (sent, received, verdict, found) => {
    expect(clocks(answer, at + sent, at + received)).toMatchObject({ verdict, found: expect.stringContaining(found) });
  });

  test("cannot be compared without a Date", () => {
    expect(clocks(responseWith(), at, at).verdict).toBe("not tried");
  });
});

test("a name without an address of IPv6 is worth an advice", async () => {
  const [finding] = await ipv6({ url: "wss://phone.invalid/sip", patienceMilliseconds: 1000 }, () =>
    Promise.resolve(undefined),
  );
  expect(finding).toMatchObject({ verdict: "advice", remedy: expect.stringContaining("DUAL_STACK") });
});

function responseWith(...lines: readonly string[]): SipResponse {
  const rest = ["Via: SIP/2.0/WSS x", "To: <sip:a@b>", "From: <sip:a@b>", "Call-ID: c", "CSeq: 1 REGISTER"];
  const parsed = parseMessage(["SIP/2.0 401 U", ...rest, ...lines, "Content-Length: 0", "", ""].join("\r\n"));
  if (!parsed.ok || parsed.message.kind !== "response") throw new Error("the test's response is malformed");
  return parsed.message;
}
