// ExtendDB, an independent implementation of DynamoDB's API: one static binary in an optional package, which checks
// signatures.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const binary = fileURLToPath(new URL("../../../node_modules/@extenddb/linux-x64/extenddb", import.meta.url));

export const isInstalled = existsSync(binary);

export interface ExtendDb {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const START_MILLISECONDS = 10_000;

/**
 * Seconds after which `timeout` ends the process if the test that started it is killed; `timeout` then sends SIGKILL if
 * needed.
 */
const LIFE_SECONDS = "120";
const GRACE_SECONDS = "2";

/** In memory, on a free port of the loopback interface, which it prints. */
export async function startExtendDb(): Promise<ExtendDb> {
  const serve = [binary, "serve", "--foreground", "--port", "0"];
  const server = spawn("timeout", ["-k", GRACE_SECONDS, LIFE_SECONDS, ...serve], {
    cwd: dirname(binary), // without a configuration file
    env: { EXTENDDB__STORAGE__SQLITE__PATH: ":memory:", PATH: process.env["PATH"] },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(server, "exit");
  const log: string[] = [];
  const listening = new Promise<string>((resolve) => {
    createInterface(server.stderr).on("line", (line) => {
      log.push(line);
      const address = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (address !== undefined) resolve(`http://${address}`);
    });
  });

  async function stop(): Promise<void> {
    server.kill("SIGTERM"); // `timeout` passes this signal on
    await ended;
  }

  const endpoint = await Promise.race([
    listening,
    ended.then(() => undefined),
    setTimeout(START_MILLISECONDS, undefined, { ref: false }),
  ]);
  if (endpoint !== undefined) return { endpoint, stop };
  await stop();
  throw new Error(`ExtendDB did not start:\n${log.join("\n")}`);
}
