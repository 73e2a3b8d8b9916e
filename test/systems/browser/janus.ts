// Janus with its videoroom, and simple-whip-server in front of it (Debian: `apt-get install janus simple-whip-server`),
// without the machine's own configuration. Both end with the test, or after four minutes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { certificateFor } from "../../../lib/local/command/certificate.ts";
import { codeOf } from "../../../lib/local/system-error.ts";
import { temporaryFolder } from "../../../lib/local/temporary-folder.ts";

const JANUS = "/usr/bin/janus";
const WHIP = "/usr/share/simple-whip-server/src";
/** Where Debian has the modules of simple-whip-server. */
const MODULES = "/usr/share/nodejs";

export const isInstalled = existsSync(JANUS) && existsSync(join(WHIP, "server.js"));

export const ROOM = 1234;

export interface Janus {
  /** `localhost:7080` */
  readonly host: string;
  /** File with its certificate. */
  readonly certificates: string;
  /** Where viewers speak the protocol of Janus. */
  readonly ws: string;
  /** Sessions that are open at the endpoints of simple-whip-server. */
  sessions(): Promise<number>;
  close(): Promise<void>;
}

const START_SECONDS = 30;

/** Seconds after which `timeout` ends them, should the test that started them be killed. */
const LIFE_SECONDS = "1800";

/** @param names of WHIP endpoints, `/whip/endpoint/NAME` */
export async function startJanus(...names: readonly string[]): Promise<Janus> {
  const home = temporaryFolder();
  const [wsPort, port] = [await aFreePort(), await aFreePort()];
  writeFileSync(
    join(home, "janus.jcfg"),
    `general: { configs_folder = "${home}", debug_level = 3 }\n${ONLY_VIDEOROOM}`,
  );
  writeFileSync(
    join(home, "janus.transport.websockets.jcfg"),
    `general: { ws = true, ws_port = ${wsPort}, ws_ip = "127.0.0.1" }`,
  );
  writeFileSync(join(home, "janus.plugin.videoroom.jcfg"), `room-${ROOM}: { publishers = 6, audiocodec = "opus" }`);
  const src = join(home, "src");
  mkdirSync(src);
  for (const file of ["server.js", "whip-janus.js"]) copyFileSync(join(WHIP, file), join(src, file));
  const tls = await certificateFor([]);
  const certificates = join(home, "endpoint.pem");
  const key = join(home, "key.pem");
  writeFileSync(certificates, tls.cert);
  writeFileSync(key, tls.key);
  const address = `ws://127.0.0.1:${wsPort}`;
  const config = { janus: { address }, port, https: { cert: certificates, key }, rest: "/whip", allowTrickle: true };
  writeFileSync(join(src, "config.js"), `module.exports = ${JSON.stringify({ ...config, iceServers: [] })};\n`);

  const said: string[] = [];
  const run = (words: readonly string[], cwd: string) => {
    const env = { ...process.env, NODE_PATH: [process.env["NODE_PATH"], MODULES].join(":") };
    const child = spawn("timeout", ["-k", "2", LIFE_SECONDS, ...words], {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => said.push(chunk.toString()));
    return { child, ended: once(child, "exit") };
  };
  const running = [run([JANUS, "-F", home], home), run([process.execPath, "server.js"], src)];
  const ask = (method: string, path: string, body = "") => askWhip({ port, ca: tls.cert, method, path, body });

  async function close(): Promise<void> {
    for (const { child } of running) child.kill("SIGTERM"); // which `timeout` passes on
    await Promise.all(running.map(({ ended }) => ended));
  }

  const deadline = Date.now() + START_SECONDS * 1000;
  while ((await ask("GET", "/whip/healthcheck")).status !== 200) {
    if (Date.now() < deadline && running.every(({ child }) => child.exitCode === null)) continue;
    await close();
    throw new Error(`Janus did not start:\n${said.join("")}`);
  }
  for (const id of names) await ask("POST", "/whip/create", JSON.stringify({ id, room: ROOM }));
  return {
    host: `localhost:${port}`,
    certificates,
    ws: address,
    async sessions() {
      const endpoints: { enabled: boolean }[] = JSON.parse((await ask("GET", "/whip/endpoints")).body);
      return endpoints.filter(({ enabled }) => enabled).length;
    },
    close,
  };
}

const OTHER_PLUGINS = "audiobridge duktape echotest lua nosip recordplay sip streaming textroom videocall voicemail";
const OTHER_TRANSPORTS = "http mqtt nanomsg pfunix rabbitmq";

const files = (names: string) =>
  names
    .split(" ")
    .map((name) => `libjanus_${name}.so`)
    .join();
const ONLY_VIDEOROOM = `plugins: { disable = "${files(OTHER_PLUGINS)}" }\ntransports: { disable = "${files(OTHER_TRANSPORTS)}" }\n`;

interface Question {
  readonly port: number;
  readonly ca: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** Status 0 while it does not listen. */
async function askWhip({ port, ca, method, path, body }: Question): Promise<{ status: number; body: string }> {
  const headers = { "content-type": "application/json" };
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const sent = request({ host: "localhost", port, ca, method, path, headers, agent: false }, (response) => {
    let text = "";
    response.on("data", (chunk: Buffer) => (text += chunk.toString()));
    response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
  });
  sent.on("error", (error) => (codeOf(error) === "ECONNREFUSED" ? resolve({ status: 0, body: "" }) : reject(error)));
  sent.end(body);
  const answer = await promise;
  if (answer.status === 0) await setTimeout(50);
  return answer;
}

async function aFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}
