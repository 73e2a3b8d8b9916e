import { afterAll, describe, expect, test } from "@jest/globals";
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
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

/** Exit code and sentence of each of these starts, one after the other in one process. */
async function refusals(starts: readonly (readonly string[])[]): Promise<[exitCode: number, sentence: string][]> {
  const { exit, output } = run([
    "--disable-warning=ExperimentalWarning",
    "--input-type=module",
    "-e",
    `for (const [index, args] of ${JSON.stringify(starts)}.entries()) {
       process.argv.splice(2, Infinity, ...args);
       process.exitCode = undefined;
       const sentences = [];
       process.stdout.write = process.stderr.write = (text) => sentences.push(text);
       await import(${JSON.stringify(join(root, "bin", "local.ts"))} + "?" + index);
       delete process.stdout.write;
       delete process.stderr.write;
       console.log(JSON.stringify([process.exitCode, sentences.join("")]));
     }
     process.exitCode = 0;`,
    "start", // the place of the script's name
  ]);
  expect(await exit).toBe(0);
  expect(output()).not.toContain("Synthesizing"); // they took no time
  const lines = output().trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
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
  test("makes alice, bob and carol on the first start only; lets in pages of this machine and of --origins; gives an authenticated user a credential for the servers of --turn, and a phone that asks for it the key of --push, which the data folder keeps; --quiet prints nothing; shares neither port nor data; ends in good order on Ctrl-C, and on a SIGTERM to npm, although npm passes it to its shell only", async () => {
    const data = join(home, "kept");
    const options = ["--port", "0", "--data", data, "--push", "mailto:me@example.com"];
    const npm = run(["start", "--silent", "--", ...options, "--quiet", "--ready-file", readyOfNpm], "npm");
    const first = await ready(npm, readyOfNpm);
    expect(await subscribers(first)).toEqual(["sip:alice@localhost", "sip:bob@localhost", "sip:carol@localhost"]);
    expect(await pagesAdmitted(first.ws)).toEqual(ofThisMachine);
    const key = await pushKey(first);
    expect(key).toMatch(/^[\w-]{87}$/); // 65 octets, a point of P-256
    const { db, TableName } = await subscribersTable(first);
    await db.send(new DeleteItemCommand({ TableName, Key: { aor: { S: "sip:bob@localhost" } } }));
    const client = await aClient(first.ws, "sip");
    npm.child.kill("SIGTERM");
    expect((await client.closed).code).toBe(1001);
    while (existsSync(readyOfNpm)) await wait(20);
    expect(npm.output()).toBe("");

    const file = join(home, "ready.json");
    const urls = ["turn:127.0.0.1:3478", "stun:127.0.0.1:3478"];
    const others = ["--origins", "https://phone.example.com, http://192.168.1.5:*"];
    const turn = ["--turn", urls.join(","), "--turn-secret", "s"];
    const cloud = start(...options, "--ready-file", file, ...others, ...turn);
    const second = await ready(cloud, file);
    expect(second).toEqual({
      ws: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/sip$/),
      domain: "localhost",
      phone: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
      pids: [cloud.child.pid],
      endpoints: {
        dynamodb: expect.any(String),
        sqs: expect.any(String),
        eventbridge: expect.any(String),
        secretsmanager: expect.any(String),
        apigatewaymanagementapi: expect.stringMatching(/\/sip$/),
      },
    });
    expect((await fetch(second.phone)).status).toBe(200);
    expect(await subscribers(second)).toEqual(["sip:alice@localhost", "sip:carol@localhost"]);
    const named = ["https://phone.example.com", "http://192.168.1.5:8080"];
    expect(await pagesAdmitted(second.ws)).toEqual([...ofThisMachine, ...named]);
    expect(await pushKey(second)).toBe(key);
    const server = await turnServer(second);
    const { username = "", credential } = server ?? {};
    expect(server).toMatchObject({ urls, username: expect.stringMatching(/^\d+:alice@localhost$/) });
    expect(credential).toBe(createHmac("sha1", "s").update(username).digest("base64"));

    const port = new URL(second.phone).port;
    expect(await refusals([["--port", port], options])).toEqual([
      [1, expect.stringContaining(`Port ${port} is taken. Choose another: npm start -- --port ${Number(port) + 1}`)],
      [1, expect.stringContaining(`${data} is in use by another local cloud (process ${cloud.child.pid})`)],
    ]);

    const another = await aClient(second.ws, "sip");
    cloud.child.kill("SIGINT");
    expect((await another.closed).code).toBe(1001);
    expect(await cloud.exit).toBe(130);
    expect(existsSync(file)).toBe(false);
    expect(cloud.output()).toContain("Stopping …");
  });

  test("--turn with a malformed server is an error of the deployment", async () => {
    const { exit, output } = start("--port", "0", "--turn", "turn:t:70000", "--turn-secret", "s");
    expect(await exit).toBe(1);
    expect(output()).toContain('turn.urls has "turn:t:70000": write turn:host:port');
  });

  test("a wrong option ends with 2 and a sentence that says what to do", async () => {
    const wrong: readonly (readonly [readonly string[], string])[] = [
      [["--frobnicate"], "Unknown option '--frobnicate'. See: npm start -- --help\n"],
      [["--subscribers", "/nowhere.csv"], "/nowhere.csv cannot be read"],
      [["--origins", "localhost"], '--origins has "localhost": write scheme, host and port only, as in https://'],
      [["--ready-file", "/nowhere/file"], "--ready-file /nowhere/file cannot be written"],
      [["--data", "package.json"], "--data package.json cannot be written"],
    ];
    expect(await refusals(wrong.map(([args]) => ["--port", "0", ...args]))).toEqual(
      wrong.map(([, text]) => [2, expect.stringContaining(text)]),
    );
  });

  describe("a signal", () => {
    /** A process that ends on signals, and closes first by this expression. */
    async function closing(close: string): Promise<Run> {
      const signals = JSON.stringify(join(root, "lib/local/command/signals.ts"));
      const started = run([
        "--input-type=module",
        "-e",
        `const { closeOnSignal } = await import(${signals});
         closeOnSignal((text) => process.stdout.write(text)).closeFirst(${close});
         setInterval(() => {}, 1000);
         process.stdout.write("up");`,
      ]);
      while (!started.output().includes("up")) await wait(10);
      return started;
    }

    test("SIGTERM ends the process with 0 when all is closed", async () => {
      const { child, exit, output } = await closing('async () => process.stdout.write("closed")');
      child.kill("SIGTERM");
      expect(await exit).toBe(0);
      expect(output()).toMatch(/closed$/);
    });

    test("a second Ctrl-C ends the process at once", async () => {
      const { child, exit } = await closing("() => new Promise(() => {})");
      child.kill("SIGINT");
      await wait(100);
      child.kill("SIGINT"); // npm passes on the signal that the terminal has sent already
      await wait(500);
      expect(child.exitCode).toBeNull();
      child.kill("SIGINT");
      expect(await exit).toBe(130);
    });
  });
});
