// The two servers as processes: started, measured from outside, ended.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface BenchServer {
  readonly name: string;
  /** Address for phones. */
  readonly url: string;
  readonly domain: string;
  /** CPU time of all its processes so far, user and system. */
  cpuMs(): number;
  /** Proportional share of the memory of all its processes. */
  memoryKb(): number;
  close(): Promise<void>;
}

/** Version of the Kamailio on the path; undefined without one. */
export function kamailioVersion(): string | undefined {
  const { status, stdout } = spawnSync("kamailio", ["-v"], { encoding: "utf8" });
  return status === 0 ? /kamailio (\S+)/.exec(stdout)?.[1] : undefined;
}

/** Debian's empty tables for the module db_text, with which a configuration needs no database. */
const TABLES = "/usr/share/kamailio/dbtext/kamailio";

/** @param template a configuration with PORT, and FOLDER where it keeps tables */
export async function startKamailio(template = new URL("kamailio.cfg", import.meta.url)): Promise<BenchServer> {
  const port = await freePort();
  const folder = folderWith(template, port);
  const flags = ["-f", join(folder, "kamailio.cfg"), "-DD", "-m", "256", "-M", "16", "-Y", folder];
  const child = spawn("kamailio", flags, { stdio: "ignore" });
  const server = measured("kamailio", child, `ws://127.0.0.1:${port}/`, folder);
  await until(() => isListening(port));
  return server;
}

/** Whether Kamailio is installed, with the modules that a configuration loads. */
export function canRun(template: URL): boolean {
  if (kamailioVersion() === undefined) return false;
  const folder = folderWith(template, 5060);
  const { status } = spawnSync("kamailio", ["-c", "-f", join(folder, "kamailio.cfg")]);
  rmSync(folder, { recursive: true });
  return status === 0;
}

/** A temporary folder with the configuration, and the tables that it names. */
function folderWith(template: URL, port: number): string {
  const folder = mkdtempSync(join(tmpdir(), "bench-kamailio-"));
  const config = readFileSync(template, "utf8").replaceAll("PORT", String(port)).replaceAll("FOLDER", folder);
  writeFileSync(join(folder, "kamailio.cfg"), config);
  if (config.includes("db_text") && existsSync(TABLES)) cpSync(TABLES, folder, { recursive: true });
  return folder;
}

/** `npm start` with `users` as subscribers. */
export async function startLocalCloud(users: readonly string[]): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), "bench-cloud-"));
  const [ready, subscribers] = [join(folder, "ready.json"), join(folder, "subscribers.csv")];
  writeFileSync(subscribers, users.map((user) => `${user},${user}\n`).join(""));
  const script = fileURLToPath(new URL("../../bin/local.ts", import.meta.url));
  const flags = ["--port", "0", "--quiet", "--ready-file", ready, "--subscribers", subscribers, "--origins", "*"];
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, ...flags], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  await until(() => existsSync(ready));
  const { ws }: { readonly ws: string } = JSON.parse(readFileSync(ready, "utf8"));
  return measured("local cloud", child, ws, folder);
}

function measured(name: string, child: ChildProcess, url: string, folder: string): BenchServer {
  const pids = () => [child.pid ?? 0, ...childrenOf(child.pid ?? 0)];
  return {
    name,
    url,
    domain: "localhost",
    cpuMs: () => pids().reduce((sum, pid) => sum + cpuMsOf(pid), 0),
    memoryKb: () => pids().reduce((sum, pid) => sum + memoryKbOf(pid), 0),
    close: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  const direct = list === "" ? [] : list.split(" ").map(Number);
  return direct.concat(...direct.map(childrenOf));
}

/** Fields 14 and 15 of `stat`, in ticks of 10 ms. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function memoryKbOf(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1]);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function isListening(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + START_MS; !(await condition()); ) {
    if (Date.now() > deadline) throw new Error(`the server did not start within ${START_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const START_MS = 120_000;
