import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createLocalService } from "../../../lib/operations/local-service.ts";
import { establish } from "../../support/phone/call.ts";
import { connectPhone } from "../../support/phone/socket.ts";
import { DOMAIN } from "../../systems/e2e/service.ts";
import { closeClouds } from "../local/cloud.ts";
import { anOperatedService, type OperatedService, runSip, spawnSip } from "./command.ts";

let service: OperatedService;
const folder = mkdtempSync(join(tmpdir(), "sip-users-"));
beforeAll(async () => {
  service = await anOperatedService();
});
afterAll(async () => {
  service.stop();
  rmSync(folder, { recursive: true });
  await closeClouds();
});

async function statusOfLogin(user: string, password: string): Promise<number> {
  return (await (await connectPhone(service.cloud.ws, { user, domain: DOMAIN, password })).register()).status;
}

test("an added user can sign in, with a new password too, and a removed one cannot", async () => {
  expect(await service.sip(["users", "add", "grace"], "correct horse")).toMatchObject({
    code: 0,
    out: `Added sip:grace@${DOMAIN}\n`,
  });
  expect(await statusOfLogin("grace", "correct horse")).toBe(200);
  expect((await service.sip(["users", "passwd", "grace"], "battery staple")).code).toBe(0);
  expect(await statusOfLogin("grace", "battery staple")).toBe(200);
  expect((await service.sip(["users", "remove", `sip:grace@${DOMAIN}`, "--yes"])).code).toBe(0);
  expect(await statusOfLogin("grace", "battery staple")).toBe(401);
});

test("adding a user that exists is refused, and its password stays", async () => {
  expect(await service.sip(["users", "add", "alice"], "another")).toMatchObject({
    code: 1,
    error: expect.stringContaining("users passwd alice"),
  });
  expect(await statusOfLogin("alice", "alice")).toBe(200);
});

test.each([
  ["a password for", ["users", "passwd", "nemo"]],
  ["the removal of", ["users", "remove", "nemo", "--yes"]],
  ["a policy for", ["users", "policy", "set", "nemo", "--busy", `sip:bob@${DOMAIN}`]],
  ["the policy of", ["users", "policy", "get", "nemo"]],
  ["a look at", ["users", "show", "nemo"]],
])("%s a user that does not exist is refused", async (_what, words) => {
  expect(await service.sip(words, "x")).toMatchObject({ code: 1, error: expect.stringMatching(/no user.*nemo/) });
});

test("a domain that is not served is refused, with those that are", async () => {
  expect(await service.sip(["users", "add", "erin@example.net"], "x")).toMatchObject({
    code: 2,
    error: expect.stringContaining(`It serves: ${DOMAIN}.`),
  });
});

test("a removal without a terminal needs --yes", async () => {
  expect(await service.sip(["users", "remove", "carol"])).toMatchObject({
    code: 2,
    error: expect.stringContaining("--yes"),
  });
  expect(await service.json(["users", "show", "carol"])).toMatchObject({ hasPassword: true });
});

describe("users policy set", () => {
  const policyOf = (user: string) => service.json(["users", "policy", "get", user]);
  const set = (user: string, ...options: string[]) => service.sip(["users", "policy", "set", user, ...options]);

  test("changes what is given, keeps the rest, and removes what is empty", async () => {
    const [bob, carol] = [`sip:bob@${DOMAIN}`, `sip:carol@${DOMAIN}`];
    await set("alice", "--busy", bob, "--ring-seconds", "20");
    await set("alice", "--no-answer", carol);
    expect(await policyOf("alice")).toEqual({ forwarding: { busy: bob, noAnswer: carol }, ringSeconds: 20 });
    await set("alice", "--busy", "");
    expect(await policyOf("alice")).toEqual({ forwarding: { noAnswer: carol }, ringSeconds: 20 });
    expect(await set("alice", "--reset")).toMatchObject({ code: 2, error: expect.stringContaining("Give --yes") });
    expect(await policyOf("alice")).toEqual({ forwarding: { noAnswer: carol }, ringSeconds: 20 });
    await set("alice", "--reset", "--yes");
    expect(await policyOf("alice")).toEqual({});
  });

  test("blocks callers by name, address and domain, and turns calls away", async () => {
    await set("alice", "--block", "bob, mallory@example.net, *@example.org", "--do-not-disturb", "on");
    const blocked = [`sip:bob@${DOMAIN}`, "sip:mallory@example.net", "sip:*@example.org"];
    expect(await policyOf("alice")).toEqual({ blocked, doNotDisturb: true });
    await set("alice", "--unreachable", `sip:carol@${DOMAIN}`, "--block", "", "--do-not-disturb", "off");
    expect(await policyOf("alice")).toEqual({ forwarding: { unreachable: `sip:carol@${DOMAIN}` } });
    await set("alice", "--reset");
  });

  test("sets the order of a group, hours, and further addresses, and removes them", async () => {
    const [alice, bob] = [`sip:alice@${DOMAIN}`, `sip:bob@${DOMAIN}`];
    await set("sales", "--group", "alice,bob", "--group-order", "weighted", "--group-weights", "bob=3");
    await set(
      "sales",
      "--group-seconds",
      "20",
      "--hours",
      "mon-fri 09:00-17:00,sat 10:00-14:00",
      "--zone",
      "Europe/Berlin",
    );
    await set("sales", "--closed", `sip:carol@${DOMAIN}`);
    await set("bob", "--also-ring", alice, "--max-devices", "1");
    expect(await policyOf("sales")).toEqual({
      group: [alice, bob],
      groupOrder: "weighted",
      groupSeconds: 20,
      groupWeights: { [bob]: 3 },
      hours: { zone: "Europe/Berlin", open: ["mon-fri 09:00-17:00", "sat 10:00-14:00"] },
      forwarding: { closed: `sip:carol@${DOMAIN}` },
    });
    expect((await service.sip(["users", "policy", "get", "sales"])).out).toContain(
      `ring the group ${alice}, ${bob} by weight (${bob}=3) 20 s each; open mon-fri 09:00-17:00, sat 10:00-14:00 (Europe/Berlin); outside of the hours to sip:carol@${DOMAIN}`,
    );
    expect(await policyOf("bob")).toEqual({ alsoRing: [alice], maxDevices: 1 });
    await set(
      "sales",
      "--hours",
      "",
      "--closed",
      "",
      "--group-order",
      "",
      "--group-weights",
      "",
      "--group-seconds",
      "",
    );
    expect(await policyOf("sales")).toEqual({ group: [alice, bob] });
    await set("bob", "--reset", "--yes");
  });

  test.each([
    [["--group-order", "random"], "--group-order is all, in-turn, weighted, longest-idle"],
    [["--group-seconds", "60"], "--group-seconds is a whole number from 5 to 30."],
    [["--group-weights", "bob"], "write members with 1 to 999"],
    [["--group-weights", "carol=2"], "--group-weights names no members"],
    [["--hours", "09:00-17:00", "--zone", "UTC"], 'write days and times, such as "mon-fri 09:00-17:30"'],
    [["--hours", "mon 09:00-17:00"], "Give the time zone too"],
    [["--zone", "UTC"], "Give the hours too"],
    [["--hours", "mon 09:00-17:00", "--zone", "Mars"], "is not a time zone"],
    [["--closed", `sip:nemo@${DOMAIN}`], "There is no user"],
    [["--also-ring", "sip:bob@foreign.example"], "does not serve"],
    [["--also-ring", `sip:bob@${DOMAIN}`], "is the address itself"],
    [["--also-ring", "a,b,c,d,e"], "4 addresses at most"],
    [["--max-devices", "0"], "--max-devices is a whole number from 1 to 100."],
  ])("says what to do about %j", async (options, error) => {
    expect(await set("bob", ...options)).toMatchObject({
      code: expect.any(Number),
      error: expect.stringContaining(error),
    });
    expect(await policyOf("bob")).toEqual({});
  });

  test("makes an address that is answered over HTTP, changes parts of it, and removes it", async () => {
    const url = "https://whip.example.com/room";
    await set("room", "--http", url, "--http-secret", "token", "--http-end", "POST hangup", "--http-limit", "3");
    await set(
      "room",
      "--http-callers",
      "sip:bob@example.com,example.org",
      "--http-statuses",
      "403=486",
      "--http-secret",
      "",
    );
    await set("room", "--http-headers", "X-Room: 1; X-Other: a:b");
    await set("room", "--http-form", '{"session": {"type": "realtime"}, "name": "x"}');
    expect(await policyOf("room")).toEqual({
      http: {
        url,
        end: { method: "POST", path: "hangup" },
        headers: { "x-room": "1", "x-other": "a:b" },
        form: { session: '{"type":"realtime"}', name: "x" },
        callers: ["sip:bob@example.com", "example.org"],
        limit: 3,
        statuses: { "403": 486 },
      },
    });
    expect((await service.sip(["users", "policy", "get", "room"])).out).toContain(
      `answered by ${url} (3 calls at a time)`,
    );
    await set("room", "--http", "");
    expect(await policyOf("room")).toEqual({});
  });

  test("is obeyed from the next call on", async () => {
    const alice = await service.online("alice");
    const carol = await service.online("carol");
    await set("bob", "--always", `sip:carol@${DOMAIN}`);
    await alice.request("INVITE", `sip:bob@${DOMAIN}`);
    await carol.takeRequest("INVITE");
    await set("bob", "--reset", "--yes");
  });

  test.each([
    ["nothing to set", ["bob"], 2, "Give what to set"],
    ["a missing member of a group", ["team", "--group", "bob,nemo"], 1, `do not exist: sip:nemo@${DOMAIN}`],
    ["an alias of a missing user", ["bobby", "--alias-of", "nemo"], 1, "no user sip:nemo"],
    ["an alias of itself", ["bobby", "--alias-of", "bobby"], 1, "leads back"],
    ["a forwarding to a domain that is not served", ["bob", "--busy", "sip:x@example.net"], 1, "--foreign"],
    ["a forwarding to a missing user", ["bob", "--busy", `sip:nemo@${DOMAIN}`], 1, "no user"],
    ["a forwarding to a number", ["bob", "--busy", "1"], 2, "not a SIP URI"],
    ["an endpoint without TLS", ["bob", "--http", "http://whip.example.com/"], 2, "an https: URL"],
    [
      "an endpoint whose host the caller chooses",
      ["bob", "--http", "https://{caller}.example.com/"],
      2,
      "an https: URL",
    ],
    ["a part of an endpoint without its URL", ["bob", "--http-limit", "3"], 2, "Give the endpoint too"],
    ["a limit of no calls", ["bob", "--http", "https://a.example/", "--http-limit", "0"], 2, "1 to 100"],
    [
      "no calls of a caller",
      ["bob", "--http", "https://a.example/", "--http-caller-limit", "0"],
      2,
      "--http-caller-limit",
    ],
    ["an end without a method", ["bob", "--http", "https://a.example/", "--http-end", "/x"], 2, '"POST hangup"'],
    ["a header without a name", ["bob", "--http", "https://a.example/", "--http-headers", "x"], 2, "X-Room"],
    ["a header of the server", ["bob", "--http", "https://a.example/", "--http-headers", "Host: b"], 2, "writes Host"],
    ["a form that is no JSON", ["bob", "--http", "https://a.example/", "--http-form", "session=1"], 2, "as JSON"],
    [
      "a form with an offer of its own",
      ["bob", "--http", "https://a.example/", "--http-form", '{"sdp":1}'],
      2,
      "as JSON",
    ],
    ["a SIP status of no use", ["bob", "--http", "https://a.example/", "--http-statuses", "403=200"], 2, "403=486"],
    ["an unknown routing", ["bob", "--routing", "b2b"], 2, "proxy or redirect"],
    ["neither on nor off", ["bob", "--busy-in-call", "yes"], 2, "on or off"],
    ["a group that is in a call", ["team", "--group", "bob", "--busy-in-call", "on"], 1, "is for users"],
    ["a blocked number", ["bob", "--block", "tel:1"], 2, "not an address"],
    ["no time to ring", ["bob", "--ring-seconds", "0"], 2, "5 to 900"],
  ])("refuses %s and changes nothing", async (_what, [user = "", ...options], code, hint) => {
    expect(await set(user, ...options)).toMatchObject({ code, error: expect.stringContaining(hint) });
    expect(await policyOf("bob")).toEqual({});
  });

  test("--busy-in-call on answers a call to a user in a call with 486, until it is off", async () => {
    const [alice, bob, carol] = [
      await service.online("alice"),
      await service.online("bob"),
      await service.online("carol"),
    ];
    expect(await set("bob", "--busy-in-call", "on")).toMatchObject({
      out: `Calls to sip:bob@${DOMAIN}: ring; busy when in a call.\n`,
    });
    expect(await policyOf("bob")).toEqual({ busyInCall: true });
    await establish(alice, bob);
    expect((await carol.ask("INVITE", bob.aor)).status).toBe(486);
    await set("bob", "--busy-in-call", "off");
    expect(await policyOf("bob")).toEqual({});
    await carol.request("INVITE", bob.aor);
    await bob.takeRequest("INVITE");
  });

  test("--busy-in-call on is refused where calls are stateless, because they are not known", async () => {
    const { cloud } = service;
    const stateless = createLocalService(() => ({ ...cloud, outputs: { ...cloud.outputs, Calls: "stateless" } }));
    const server = createServer(stateless.answer).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port }: Partial<AddressInfo> = Object(server.address());
    const words = ["users", "policy", "set", "bob", "--busy-in-call", "on", "--local", `http://127.0.0.1:${port}`];
    expect(await runSip(words)).toMatchObject({ code: 1, error: expect.stringContaining('calls: "stateless"') });
    server.close();
    expect(await policyOf("bob")).toEqual({});
  });

  test("refuses a loop of aliases", async () => {
    expect((await set("robert", "--alias-of", "bob")).code).toBe(0);
    expect(await set("bob", "--alias-of", "robert")).toMatchObject({ code: 1, error: expect.stringContaining("482") });
  });
});

describe("users import", () => {
  const file = join(folder, "users.csv");

  test("adds the users of a file", async () => {
    writeFileSync(file, Array.from({ length: 130 }, (_none, at) => `u${at},password-${at}`).join("\n"));
    expect(await service.sip(["users", "import", file])).toMatchObject({ code: 0, out: "Added 130 users\n" });
    expect(await statusOfLogin("u129", "password-129")).toBe(200);
  });

  test("adds none if one exists already", async () => {
    writeFileSync(file, "first,x\nalice,x\n");
    expect(await service.sip(["users", "import", file])).toMatchObject({
      code: 1,
      error: expect.stringContaining("alice"),
    });
    expect((await service.sip(["users", "show", "first"])).code).toBe(1);
  });
});

test("phones lists the registered phones, and kick closes their connections", async () => {
  const carol = await service.online("carol");
  const phones = await service.json(["phones", "carol"]);
  expect(phones).toContainEqual(expect.objectContaining({ address: carol.aor, contact: carol.contact }));
  const closed = new Promise((resolve) => carol.socket.on("close", resolve));
  expect((await service.sip(["kick", "carol"])).code).toBe(0);
  await closed;
  await service.cloud.settled();
  expect(await service.json(["phones", "carol"])).toEqual([]);
  expect(await service.sip(["kick", "carol"])).toMatchObject({ code: 1, error: expect.stringContaining("phones") });
});

test("no output contains a hash of a password", async () => {
  const { out } = await service.sip(["users", "list", "--json"]);
  expect(out).not.toMatch(/[0-9a-f]{32}/);
});

describe("the command line", () => {
  test.each([[["--help"]], [["users", "--help"]], [["users", "policy", "set", "--help"]], [["trace", "--help"]]])(
    "%j explains itself and ends with 0",
    async (words) => {
      expect(await runSip(words)).toMatchObject({
        code: 0,
        out: expect.stringContaining("Usage: sip-serverless"),
        error: "",
      });
    },
  );

  test.each([
    ["an unknown command", ["dance"], "unknown command 'dance'"],
    ["an unknown option", ["users", "list", "--tabel"], "unknown option '--tabel'"],
    ["a missing user", ["users", "add"], "missing required argument 'user'"],
    ["both places", ["phones", "--local", "--stack", "x"], "either --local or --stack"],
    ["a place that is no URL", ["phones", "--local", "8080"], "http://localhost:8080"],
  ])("%s ends with 2 and a message", async (_what, words, hint) => {
    expect(await runSip(words)).toMatchObject({ code: 2, error: expect.stringContaining(hint) });
  });

  test("no local cloud ends with 1 and says how to start one", async () => {
    expect(await runSip(["phones", "--local", "http://127.0.0.1:9"])).toMatchObject({
      code: 1,
      error: expect.stringContaining("npm start"),
    });
  });

  test("a process of it reads the password from standard input", async () => {
    const place = ["--local", service.local];
    expect(await spawnSip(["users", "passwd", "carol", ...place], "carol\n")).toMatchObject({ code: 0 });
  });

  test("no Region ends with 1 and names the option", async () => {
    const before = { ...process.env };
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
    Object.assign(process.env, { AWS_CONFIG_FILE: "/nowhere", AWS_SHARED_CREDENTIALS_FILE: "/nowhere" });
    const ended = await runSip(["phones"]);
    process.env = before;
    expect(ended).toMatchObject({ code: 1, error: expect.stringContaining("--region") });
  });
});
