import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { findDeployment } from "../../../lib/cli/find-deployment.ts";
import { liveSource } from "../../../lib/cli/live.ts";
import { lineStream } from "../../../lib/live-page/line-stream.ts";
import { establish } from "../../support/phone/call.ts";
import type { SocketPhone } from "../../support/phone/socket.ts";
import { DOMAIN } from "../../systems/e2e/service.ts";
import { hasTshark } from "../../support/tshark.ts";
import { closeClouds } from "../local/cloud.ts";
import { anOperatedService, type OperatedService, runSip } from "./command.ts";
import { aStandInAccount } from "./stand-in-account.ts";

let service: OperatedService;
let alice: SocketPhone;
let bob: SocketPhone;
let answered: string;
let refused: string;
let open: string;
const folder = mkdtempSync(join(tmpdir(), "sip-calls-"));

beforeAll(async () => {
  service = await anOperatedService();
  [alice, bob] = [await service.online("alice"), await service.online("bob")];
  const call = await establish(alice, bob);
  answered = call.invite.callId;
  await bob.inDialog("BYE", call.callee);
  await alice.answer(await alice.takeRequest("BYE"), 200);
  await bob.takeFinal("BYE");
  refused = (await alice.request("INVITE", `sip:carol@${DOMAIN}`)).callId;
  await alice.takeFinal("INVITE");
  open = (await establish(alice, bob)).invite.callId;
  await service.cloud.settled();
});
afterAll(async () => {
  service.stop();
  rmSync(folder, { recursive: true });
  await closeClouds();
});

describe("calls", () => {
  test("lists each call with its state, its end and the reason", async () => {
    expect(await service.json(["calls"])).toMatchObject([
      { callId: answered, from: alice.aor, to: bob.aor, state: "ended", status: 200, endedBy: bob.aor, devices: 1 },
      { callId: refused, state: "failed", status: 480, reason: "not-registered", devices: 0 },
      { callId: open, state: "answered", status: 200 },
    ]);
  });

  test.each([
    ["--failed", () => [refused]],
    ["--live", () => [open]],
  ])("with %s lists those only", async (option, expected) => {
    const calls: { callId: string }[] = Object(await service.json(["calls", option]));
    expect(calls.map(({ callId }) => callId)).toEqual(expected());
  });

  test("with --user lists the calls from and to it", async () => {
    const calls: { callId: string }[] = Object(await service.json(["calls", "--user", "carol"]));
    expect(calls.map(({ callId }) => callId)).toEqual([refused]);
  });

  test("counts what a call has cost: the invocations and calls to AWS of its lines", async () => {
    const [call]: { cost: object }[] = Object(await service.json(["calls"]));
    expect(call?.cost).toEqual({ invocations: 6, reads: 3, writes: 9, timers: 1, posts: 6 });
  });
});

test("records of a deployment without their table says how to get one", async () => {
  expect(await service.sip(["records"])).toMatchObject({ code: 1, error: expect.stringContaining("-c records=yes") });
});

describe("trace", () => {
  test("draws each message of the call between its phones and the server, and the reason of a refusal", async () => {
    const { out } = await service.sip(["trace", answered]);
    expect(out).toMatch(/alice@example\.com +server +bob@example\.com/);
    const titles = [...out.matchAll(/(\d{3} )?(INVITE|ACK|BYE)/g)].map(([title]) => title);
    expect(titles).toEqual(
      "INVITE,100 INVITE,INVITE,180 INVITE,180 INVITE,200 INVITE,200 INVITE,ACK,ACK,BYE,BYE,200 BYE,200 BYE".split(","),
    );
    expect((await service.sip(["trace", refused])).out).toContain("No phone is registered for the address.");
  });

  test("of an unknown call says how to find one", async () => {
    expect(await service.sip(["trace", "no-such-call"])).toMatchObject({
      code: 1,
      error: expect.stringContaining("calls"),
    });
  });

  test("writes a capture that tshark reads as the SIP of the call", async () => {
    const file = join(folder, "call.pcap");
    expect((await service.sip(["trace", answered, "--pcap", file])).code).toBe(0);
    expect(readFileSync(`${file}.hosts`, "utf8")).toContain("alice@example.com");
    const capture = readFileSync(file);
    expect([capture.readUInt32LE(0), capture.readUInt32LE(20)]).toEqual([0xa1b2c3d4, 101]);
    if (!hasTshark()) return;
    const fields = ["-T", "fields", "-e", "sip.Call-ID", "-e", "sip.CSeq.method", "-e", "_ws.malformed"];
    const lines = execFileSync("tshark", ["-r", file, ...fields], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    expect(lines.trimEnd().split("\n")).toHaveLength(13);
    expect(lines.trimEnd().split("\n")).toEqual(
      expect.arrayContaining([
        expect.stringContaining(`${answered}\tINVITE`),
        expect.stringContaining(`${answered}\tBYE`),
      ]),
    );
  });

  test("overwrites no file without --yes", async () => {
    const file = join(folder, "present.svg");
    writeFileSync(file, "kept");
    expect(await service.sip(["trace", answered, "--svg", file])).toMatchObject({
      code: 2,
      error: expect.stringContaining("Give --yes"),
    });
    expect(readFileSync(file, "utf8")).toBe("kept");
    expect((await service.sip(["trace", answered, "--svg", file, "--yes"])).code).toBe(0);
    expect(readFileSync(file, "utf8")).toContain("<svg");
  });

  test("sends the messages of the call to Homer, as HEP3", async () => {
    const homer = createSocket("udp4");
    const packets: Buffer[] = [];
    const done = new Promise<void>((resolve) => {
      homer.on("message", (packet) => void (packets.push(packet) === 13 && resolve()));
    });
    homer.bind(0, "127.0.0.1");
    await once(homer, "listening");
    const { out } = await service.sip(["trace", answered, "--hep", `127.0.0.1:${homer.address().port}`]);
    await done;
    homer.close();
    expect(out).toMatch(/^Sent 13 messages to 127/);
    expect(packets.every((packet) => packet.toString("latin1", 0, 4) === "HEP3")).toBe(true);
  });

  test.each(["homer", "homer:0", "homer:99999", "a b:9060"])("refuses to send to %s", async (target) => {
    expect(await service.sip(["trace", answered, "--hep", target])).toMatchObject({
      code: 2,
      error: expect.stringContaining("give host and port"),
    });
  });

  test("--live shows lines as they are written", async () => {
    const lines: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const follow = request(`${service.local}/operations/log?follow&since=${Date.now()}`, (response) => {
      response.on("data", (data: Buffer) => {
        lines.push(String(data));
        resolve();
      });
    }).end();
    follow.on("error", () => undefined);
    await alice.ask("OPTIONS", `sip:${DOMAIN}`);
    await service.cloud.settled();
    await alice.ask("OPTIONS", `sip:${DOMAIN}`);
    await promise;
    follow.destroy();
    expect(lines.join("")).toContain("OPTIONS");
  });
});

test("cost counts the writes and posts that the meter has counted", async () => {
  const before = await service.json(["cost"]);
  await alice.register();
  await establish(alice, bob);
  await service.cloud.settled();
  expect([before, await service.json(["cost"])]).toMatchObject([
    { counted: { invocations: expect.any(Number) } },
    { counted: { writeUnits: service.cloud.meter.calls.filter(isWriteOfFunction).length } },
  ]);
});

function isWriteOfFunction({ caller, action }: { readonly caller: string; readonly action: string }): boolean {
  return caller !== "operator" && /^(?:Put|Update|Delete)Item$/.test(action);
}

describe("live", () => {
  test("serves the page of the deployment on a port of this machine, and says where", async () => {
    const { code, out } = await service.sip(["live", "--port", "0"]);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^Calls and phones of the local cloud .*: http:\/\/localhost:\d+\//),
    ]);
  });

  test("of a deployment has its phones, and its calls from the first line on", async () => {
    const source = liveSource(await findDeployment({ local: service.local }));
    const addresses = (await source.phones()).map(({ address }) => address);
    expect(addresses).toEqual([alice.aor, bob.aor]);
    const ended = new AbortController();
    const lines = lineStream(source, 0, ended.signal);
    const callIds = new Set<string>();
    for await (const { callId } of lines) {
      if (callId !== undefined) callIds.add(callId);
      if (callIds.has(open)) ended.abort();
    }
    expect([...callIds]).toEqual(expect.arrayContaining([answered, refused, open]));
  });

  test.each([
    ["abc", 2, "0 to 65535"],
    ["70000", 2, "0 to 65535"],
  ])("--port %s is answered with the ports that there are", async (port, code, text) => {
    expect(await service.sip(["live", "--port", port])).toMatchObject({ code, error: expect.stringContaining(text) });
  });

  test("a port that is taken is answered with another", async () => {
    const taken = new URL(service.local).port;
    const { code, error } = await service.sip(["live", "--port", taken]);
    expect([code, error]).toEqual([1, expect.stringContaining("--port 0")]);
  });
});

describe("calls --live reads the rows:", () => {
  test("caller and callee, since when, the state, and the connections of both ends", async () => {
    const ringing = await alice.request("INVITE", bob.aor);
    const received = await bob.takeRequest("INVITE");
    await bob.answer(received, 180);
    await service.cloud.settled();
    const [caller, callee] = [alice.aor, bob.aor].map((address) =>
      expect.objectContaining({ address, connections: [expect.stringMatching(/=$/)] }),
    );
    const answered = { callId: open, state: "answered", caller, callee, answeredAt: expect.any(Number) };
    const rings = { callId: ringing.callId, state: "ringing", caller, callee, ringingAt: expect.any(Number) };
    expect(await service.json(["calls", "--live", "--user", "alice"])).toEqual(
      expect.arrayContaining([expect.objectContaining(answered), expect.objectContaining(rings)]),
    );
    const { out } = await service.sip(["calls", "--live"]);
    expect(out).toMatch(/^STARTED +FROM +TO +STATE +TALKED +CONNECTIONS +CALL-ID\n/);
    expect(out).toMatch(new RegExp(` answered +\\d+ s .* ${open}$`, "m"));
    expect(out).toMatch(new RegExp(` ringing +- .* ${ringing.callId}$`, "m"));
    expect(await service.json(["calls", "--live", "--user", "carol"])).toEqual([]);
    await bob.answer(received, 486);
    await alice.takeResponse(486, "INVITE");
    await service.cloud.settled();
    expect((await service.sip(["calls", "--live"])).out).not.toContain("ringing");
  });

  test("an end that has lost its connection is away, until the call has ended", async () => {
    const carol = await service.online("carol");
    const { invite, callee } = await establish(carol, bob);
    await carol.close();
    await service.cloud.settled();
    const live = await service.json(["calls", "--live", "--user", "carol"]);
    expect(live).toMatchObject([{ callId: invite.callId, caller: { address: carol.aor, isAway: true } }]);
    expect((await service.sip(["calls", "--live", "--user", "carol"])).out).toContain("answered, caller away");
    await bob.inDialog("BYE", callee);
    await service.cloud.settled();
    expect(await service.json(["calls", "--live", "--user", "carol"])).toEqual([]);
  });

  test("failed calls are not among them, so --failed is refused", async () => {
    expect(await service.sip(["calls", "--live", "--failed"])).toMatchObject({ code: 2 });
  });
});

describe("trace of a transfer", () => {
  let callIds: readonly string[];
  beforeAll(async () => {
    const carol = await service.online("carol");
    const { invite, caller } = await establish(alice, bob);
    await alice.inDialog("REFER", caller, {
      lines: [`Refer-To: <sip:carol@${DOMAIN}>`, `Contact: <${alice.contact}>`],
    });
    await bob.answer(await bob.takeRequest("REFER"), 202);
    callIds = [invite.callId, (await establish(bob, carol)).invite.callId];
    await service.cloud.settled();
  });

  test.each([0, 1])("shows both calls, from either of them", async (at) => {
    const { out } = await service.sip(["trace", callIds[at] ?? ""]);
    expect(out).toContain(`[1] Call-ID ${callIds[0]}  alice@example.com to bob@example.com`);
    expect(out).toContain(`[2] Call-ID ${callIds[1]}  bob@example.com to carol@example.com`);
    expect(out).toContain("REFER [1]");
  });

  test("finds them on AWS by searches of single calls, and of the minute after or before a message", async () => {
    const account = await aStandInAccount(service.cloud);
    const { code, out } = await runSip(["trace", callIds[0] ?? ""]);
    account.close();
    expect([code, out]).toEqual([0, expect.stringContaining(`[2] Call-ID ${callIds[1]}`)]);
    expect(account.queries.every((query) => query.includes("sip.call_id = ") || query.includes("sip.method = "))).toBe(
      true,
    );
  });
});

describe("the service for operators", () => {
  const statusOf = (headers: Readonly<Record<string, string>>) =>
    new Promise<number | undefined>((resolve) => {
      request(`${service.local}/operations/deployment`, { headers }, ({ statusCode }) => resolve(statusCode)).end();
    });

  test("answers pages of its own alone, by their Origin, and no host name that leads to this machine by trick", async () => {
    expect(await statusOf({})).toBe(200);
    expect(await statusOf({ Origin: service.local })).toBe(200);
    expect(await statusOf({ Origin: "http://localhost:3000" })).toBe(403);
    expect(await statusOf({ Host: "rebound.example.net" })).toBe(403);
  });
});
