// coturn, the most widely used TURN server (Debian: `apt-get install coturn`): on the loopback interface, without the
// machine's own configuration.
import { execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { codeOf } from "../../../lib/local/system-error.ts";
import { connectTurn, type TurnCredentials } from "./turn-client.ts";

export const isInstalled = isProgram("turnserver") && isProgram("turnutils_uclient");

export interface Coturn {
  readonly port: number;
  /** `turn:127.0.0.1:…` */
  readonly url: string;
  /** How many relays were allocated so far. */
  readonly allocations: () => number;
  stop(): Promise<void>;
}

const START_MILLISECONDS = 5_000;

/** Seconds after which `timeout` ends it, should the test that started it be killed; it kills what ignores that. */
const LIFE_SECONDS = "120";
const GRACE_SECONDS = "2";

/** With `use-auth-secret`, and one `static-auth-secret` or, while they are changed, several. */
export async function startCoturn(...secrets: readonly string[]): Promise<Coturn> {
  const port = await aFreePort();
  const home = mkdtempSync(join(tmpdir(), "coturn-"));
  const addresses = `-n -L 127.0.0.1 -E 127.0.0.1 -p ${port} --allow-loopback-peers --no-tls --no-dtls --no-cli`;
  const options = [
    ...`${addresses} --no-rfc5780 --realm=example.com -m 1 --verbose --log-file=stdout`.split(" "),
    `--pidfile=${join(home, "pid")}`,
    `--userdb=${join(home, "db")}`,
    "--use-auth-secret",
    ...secrets.map((secret) => `--static-auth-secret=${secret}`),
  ];
  const server = spawn("timeout", ["-k", GRACE_SECONDS, LIFE_SECONDS, "turnserver", ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log: string[] = [];
  server.stdout.on("data", (chunk: Buffer) => log.push(chunk.toString("utf8")));
  server.stderr.on("data", (chunk: Buffer) => log.push(chunk.toString("utf8")));
  const ended = once(server, "exit");

  async function stop(): Promise<void> {
    server.kill("SIGTERM"); // which `timeout` passes on
    await ended;
    rmSync(home, { recursive: true });
  }

  const deadline = Date.now() + START_MILLISECONDS;
  while (!(await answers(port))) {
    if (Date.now() < deadline && server.exitCode === null) continue;
    await stop();
    throw new Error(`coturn did not start:\n${log.join("")}`);
  }
  return {
    port,
    url: `turn:127.0.0.1:${port}`,
    allocations: () => log.join("").match(/ALLOCATE processed, success/g)?.length ?? 0,
    stop,
  };
}

/** Whether coturn's own client gets a relay with these credentials, and back through it what it sends. Seconds if so. */
export async function relays(port: number, { username, credential }: TurnCredentials): Promise<boolean> {
  const client = ["turnutils_uclient", "-y", "-c", "-n", "1", "-u", username, "-w", credential, "-p", String(port)];
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  execFile("timeout", [LIFE_SECONDS, ...client, "127.0.0.1"], (error, stdout, stderr) => {
    const said = stdout + stderr;
    if (error === null) resolve(/Total lost packets 0 /.test(said));
    else if (said.includes("Cannot complete Allocation")) resolve(false);
    else reject(error);
  });
  return promise;
}

/** A TURN server challenges each request for a relay: 401. */
async function answers(port: number): Promise<boolean> {
  const client = await connectTurn(port, { username: "nobody", credential: "" });
  try {
    return (await client.allocate()) === 401;
  } catch (error) {
    if (codeOf(error) !== "ECONNREFUSED") throw error;
    await setTimeout(20);
    return false;
  } finally {
    client.close();
  }
}

async function aFreePort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}

function isProgram(name: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
