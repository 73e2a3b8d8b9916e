// The command `sip-serverless` on a local cloud of its own.
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { runCommand } from "../../../lib/cli/program.ts";
import { createLocalService } from "../../../lib/operations/local-service.ts";
import type { LocalCloud, LocalCloudOptions } from "../../../lib/local/local-cloud.ts";
import { aService, type Service } from "../../systems/e2e/service.ts";

const script = fileURLToPath(new URL("../../../bin/sip.ts", import.meta.url));

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

export interface OperatedService extends Service {
  /** Where its service for operators listens. */
  readonly local: string;
  /** Runs a command; the input is the password. */
  sip(words: readonly string[], input?: string, ended?: AbortSignal): Promise<Ended>;
  /** Runs a command with `--json`. */
  json(words: readonly string[]): Promise<unknown>;
  stop(): void;
}

export async function anOperatedService(options: Partial<LocalCloudOptions> = {}): Promise<OperatedService> {
  const started: { cloud?: LocalCloud } = {};
  const operations = createLocalService(() => started.cloud);
  const service = await aService({ ...options, log: operations.tell });
  started.cloud = service.cloud;
  const server = createServer(operations.answer).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port }: Partial<AddressInfo> = Object(server.address());
  const local = `http://127.0.0.1:${port}`;
  const sip: OperatedService["sip"] = (words, input, ended) => runSip([...words, "--local", local], input, ended);
  return {
    ...service,
    local,
    sip,
    json: async (words) => JSON.parse((await sip([...words, "--json"])).out),
    stop: () => void server.close(),
  };
}

/** In this process; the input is the password. @param ended by default, the user interrupts the command at once */
export async function runSip(
  words: readonly string[],
  input = "",
  ended: AbortSignal = AbortSignal.timeout(0),
): Promise<Ended> {
  let [out, error] = ["", ""];
  const code = await runCommand(words, {
    write: (text) => void (out += text),
    writeError: (text) => void (error += text),
    isColored: false,
    progress: () => undefined,
    readPassword: () => Promise.resolve(input),
    ended: () => ended,
  });
  return { code, out, error };
}

/** In a process of its own. */
export function spawnSip(words: readonly string[], input = "", env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const environment = { PATH: process.env["PATH"], NO_COLOR: "1", ...env };
    const child = execFile(process.execPath, [script, ...words], { env: environment }, (error, out, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, error: stderr }),
    );
    child.stdin?.end(input);
  });
}
