import { afterAll, describe, expect, test } from "@jest/globals";
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DeleteItemCommand, DynamoDBClient, ListTablesCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { ReadyNews } from "../../../lib/local/command/ready-file.ts";
import { operatorCredentials } from "../../../lib/local/iam/credentials.ts";
import { headers } from "../../../lib/sip/syntax/message.ts";
import { onlinePhone } from "../../support/phone/socket.ts";
import { askForServers, type RtcConfiguration } from "../turn/fetch.ts";
import { aClient } from "./web-socket-client.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const home = mkdtempSync(join(tmpdir(), "local-start-"));
/** Process id of a cloud that another process started; it exists as long as the cloud runs. */
const readyOfNpm = join(home, "npm.json");
const started: ChildProcess[] = [];

afterAll(() => {
  for (const child of started) if (child.exitCode === null) child.kill("SIGKILL");
  if (existsSync(readyOfNpm)) {
    const { pids }: ReadyNews = JSON.parse(readFileSync(readyOfNpm, "utf8"));
    for (const pid of pids) process.kill(pid, "SIGKILL");
  }
  rmSync(home, { recursive: true });
});

interface Run {
  readonly child: ChildProcess;
  /** Everything it has written so far. */
  readonly output: () => string;
  readonly exit: Promise<number | null>;
}

/** Runs what `npm start` runs. */
function start(...args: readonly string[]): Run {
  return run(["--disable-warning=ExperimentalWarning", join(root, "bin", "local.ts"), ...args]);
}

function run(args: readonly string[], program = process.execPath): Run {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: "", NO_COLOR: "1" },
  });
  started.push(child);
  const chunks: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk.toString("utf8")));
  const exit = once(child, "close").then(([code]: unknown[]) => (typeof code === "number" ? code : null));
  return { child, output: () => chunks.join(""), exit };
}

/** Waits for the ready file. */
async function ready({ output, child }: Run, file: string): Promise<ReadyNews> {
  while (!existsSync(file)) {
    if (child.exitCode !== null) throw new Error(`it ended: ${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return JSON.parse(readFileSync(file, "utf8"));
}

async function subscribersTable({ endpoints }: ReadyNews): Promise<{ db: DynamoDBClient; TableName: string }> {
  const options = { region: "us-east-1", credentials: operatorCredentials, endpoint: endpoints.dynamodb };
  const db = new DynamoDBClient(options);
  const { TableNames = [] } = await db.send(new ListTablesCommand({}));
  return { db, TableName: TableNames.find((name) => name.includes("Subscribers")) ?? "" };
}

/** AORs of the users that may register. */
async function subscribers(news: ReadyNews): Promise<readonly string[]> {
  const { db, TableName } = await subscribersTable(news);
  const { Items = [] } = await db.send(new ScanCommand({ TableName }));
  return Items.map((item) => item["aor"]?.S ?? "").toSorted();
}

const ofThisMachine = ["http://localhost:8080", "http://127.0.0.1:49152", "http://[::1]:3000", "https://localhost"];
const pages = [
  ...ofThisMachine,
  "https://phone.example.com",
  "http://192.168.1.5:8080",
  "https://evil.example",
  "null",
];

/** Of those, the ones whose pages may connect. */
async function pagesAdmitted(ws: string): Promise<readonly string[]> {
  const admitted: string[] = [];
  for (const Origin of pages) {
    const opened = await aClient(ws, "sip", { headers: { Origin } }).then(
      ({ webSocket }) => webSocket.close(),
      () => "refused",
    );
    if (opened === undefined) admitted.push(Origin);
  }
  return admitted;
}

/** The server that alice gets, with a credential. */
async function turnServer({ ws, domain }: ReadyNews): Promise<RtcConfiguration["iceServers"][number] | undefined> {
  const alice = await onlinePhone(ws, { user: "alice", domain });
  const { body } = await askForServers(alice, domain);
  const { iceServers }: RtcConfiguration = JSON.parse(body);
  await alice.close();
  return iceServers[0];
}

/** The key for the push subscription of alice's phone (RFC 8292 §3.2). */
async function pushKey({ ws, domain }: ReadyNews): Promise<string> {
  const alice = await onlinePhone(ws, { user: "alice", domain, uriParameters: ";pn-provider" });
  const caps = headers(await alice.register(), "feature-caps").join();
  await alice.close();
  return /\+sip\.vapid="([\w-]+)"/.exec(caps)?.[1] ?? "";
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("npm start", () => {
  test("serves, writes the ready file, refuses to share port and data, and ends in good order on Ctrl-C", async () => {
    const [file, data, people] = [join(home, "ready.json"), join(home, "data"), join(home, "people.csv")];
    writeFileSync(people, "dave,secret\nerin,secret\n");
    const first = start("--port", "0", "--data", data, "--ready-file", file, "--subscribers", people);
    const news = await ready(first, file);

    expect(news).toEqual({
      ws: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/sip$/),
      domain: "localhost",
      phone: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
      pids: [first.child.pid],
      endpoints: {
        dynamodb: expect.any(String),
        sqs: expect.any(String),
        eventbridge: expect.any(String),
        secretsmanager: expect.any(String),
        apigatewaymanagementapi: expect.stringMatching(/\/sip$/),
      },
    });
    expect((await fetch(news.phone)).status).toBe(200);
    const client = await aClient(news.ws, "sip");

    expect(await subscribers(news)).toEqual(["sip:dave@localhost", "sip:erin@localhost"]);

    const port = new URL(news.phone).port;
    const samePort = start("--port", port);
    const sameData = start("--port", "0", "--data", data);
    expect(await samePort.exit).toBe(1);
    expect(samePort.output()).toContain(
      `Port ${port} is taken. Choose another: npm start -- --port ${Number(port) + 1}`,
    );
    expect(samePort.output()).not.toContain("Synthesizing"); // it took no time
    expect(await sameData.exit).toBe(1);
    expect(sameData.output()).not.toContain("Synthesizing");
    expect(sameData.output()).toContain(`${data} is in use by another local cloud (process ${first.child.pid})`);

    first.child.kill("SIGINT");
    expect((await client.closed).code).toBe(1001);
    expect(await first.exit).toBe(130);
    expect(existsSync(file)).toBe(false);
    expect(first.output()).toContain("Stopping …");
  });

  test("makes alice, bob and carol on the first start only; lets in pages of this machine and of --origins; gives an authenticated user a credential for the servers of --turn, and a phone that asks for it the key of --push, which the data folder keeps; --quiet prints nothing; SIGTERM ends with 0", async () => {
    const [file, data] = [join(home, "quiet.json"), join(home, "kept")];
    const urls = ["turn:127.0.0.1:3478", "stun:127.0.0.1:3478"];
    const others = ["--origins", "https://phone.example.com, http://192.168.1.5:*"];
    const turn = ["--turn", urls.join(","), "--turn-secret", "s"];
    const remaining: (readonly string[])[] = [];
    const admitted: (readonly string[])[] = [];
    const push = ["--push", "mailto:me@example.com"];
    const keys: string[] = [];
    let server: RtcConfiguration["iceServers"][number] | undefined;
    for (const options of [push, [...push, ...others, ...turn]]) {
      const cloud = start("--port", "0", "--quiet", "--data", data, "--ready-file", file, ...options);
      const news = await ready(cloud, file);
      admitted.push(await pagesAdmitted(news.ws));
      remaining.push(await subscribers(news));
      keys.push(await pushKey(news));
      if (options.includes("--turn")) server = await turnServer(news);
      const { db, TableName } = await subscribersTable(news);
      await db.send(new DeleteItemCommand({ TableName, Key: { aor: { S: "sip:bob@localhost" } } }));
      cloud.child.kill("SIGTERM");
      expect(await cloud.exit).toBe(0);
      expect(cloud.output()).toBe("");
    }
    expect(remaining).toEqual([
      ["sip:alice@localhost", "sip:bob@localhost", "sip:carol@localhost"],
      ["sip:alice@localhost", "sip:carol@localhost"],
    ]);
    expect(admitted).toEqual([
      ofThisMachine,
      [...ofThisMachine, "https://phone.example.com", "http://192.168.1.5:8080"],
    ]);
    expect(keys[0]).toMatch(/^[\w-]{87}$/); // 65 octets, a point of P-256
    expect(keys[1]).toBe(keys[0]);
    const { username = "", credential } = server ?? {};
    expect(server).toMatchObject({ urls, username: expect.stringMatching(/^\d+:alice@localhost$/) });
    expect(credential).toBe(createHmac("sha1", "s").update(username).digest("base64"));
  });

  test("--turn with a malformed server is an error of the deployment", async () => {
    const { exit, output } = start("--port", "0", "--turn", "turn:t:70000", "--turn-secret", "s");
    expect(await exit).toBe(1);
    expect(output()).toContain('turn.urls has "turn:t:70000": write turn:host:port');
  });

  test("a SIGTERM to npm ends the cloud too, in good order, although npm passes it to its shell only", async () => {
    const npm = run(["start", "--", "--port", "0", "--quiet", "--ready-file", readyOfNpm], "npm");
    const { ws } = await ready(npm, readyOfNpm);
    const client = await aClient(ws, "sip");
    npm.child.kill("SIGTERM");
    expect((await client.closed).code).toBe(1001);
    while (existsSync(readyOfNpm)) await wait(20);
  });

  test.each([
    [["--frobnicate"], "Unknown option '--frobnicate'. See: npm start -- --help\n"],
    [["--subscribers", "/nowhere.csv"], "/nowhere.csv cannot be read"],
    [["--origins", "localhost"], '--origins has "localhost": write scheme, host and port only, as in https://'],
    [["--ready-file", "/nowhere/file"], "--ready-file /nowhere/file cannot be written"],
    [["--data", "package.json"], "--data package.json cannot be written"],
  ])("%j ends with 2 and says what to do", async (args, text) => {
    const { exit, output } = start(...args);
    expect(await exit).toBe(2);
    expect(output()).toContain(text);
  });

  test("a second Ctrl-C ends the process at once", async () => {
    const signals = JSON.stringify(join(root, "lib/local/command/signals.ts"));
    const { child, exit, output } = run([
      "--input-type=module",
      "-e",
      `const { closeOnSignal } = await import(${signals});
       closeOnSignal((text) => process.stdout.write(text)).closeFirst(() => new Promise(() => {}));
       setInterval(() => {}, 1000);
       process.stdout.write("up");`,
    ]);
    while (!output().includes("up")) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill("SIGINT");
    await wait(100);
    child.kill("SIGINT"); // npm passes on the signal that the terminal has sent already
    await wait(500);
    expect(child.exitCode).toBeNull();
    child.kill("SIGINT");
    expect(await exit).toBe(130);
  });
});
