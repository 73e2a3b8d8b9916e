// ExtendDB, a second opinion on what DynamoDB does: one static binary in an optional package, which checks signatures.
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

/** Seconds after which `timeout` ends it, should the test that started it be killed; it kills what ignores that. */
const LIFE_SECONDS = "120";
const GRACE_SECONDS = "2";

/** In memory, on a free port of the loopback interface; it says itself which one it got. */
export async function startExtendDb(): Promise<ExtendDb> {
  const serve = [binary, "serve", "--foreground", "--port", "0"];
  const server = spawn("timeout", ["-k", GRACE_SECONDS, LIFE_SECONDS, ...serve], {
    cwd: dirname(binary), // no configuration file lies about there
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
    server.kill("SIGTERM"); // which `timeout` passes on
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
