// Before the first test: a folder of this run's own, because two runs at a time must not write over each other's; the
// process that synthesizes deployments; and in the folder the deployment that most end-to-end tests run.
import { fork } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdirSync, mkdtempSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { localOrigins } from "../../../lib/local/synthesize.ts";
import { deploymentApp, synthesize } from "../synthesis/synthesize.ts";
import { bundle } from "./bundle.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export default async function setup({ testPathPatterns }) {
  const home = `${root}.local/`;
  mkdirSync(home, { recursive: true });
  process.env.TEST_RUN = mkdtempSync(`${home}test-`);
  const chosen = testPathPatterns.toExecutor({ rootDir: root });
  const files = globSync(`${root}test/**/*.test.ts`).filter((file) => chosen.isMatch(file));
  await bundle(files, `${process.env.TEST_RUN}/tests.js`);
  process.env.TEST_SYNTHESIS = await startSynthesis();
  const context = { domain: "example.com", origins: localOrigins.join(",") };
  await synthesize({ app: deploymentApp, outdir: `${process.env.TEST_RUN}/assembly`, context });
}

/** Resolves to the URL of the process that synthesizes. */
async function startSynthesis() {
  const server = fork(new URL("../synthesis/server.ts", import.meta.url), {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: { ...process.env, NODE_OPTIONS: "" },
    stdio: ["ignore", "ignore", "ignore", "ipc"], // the CDK's warnings
  });
  globalThis.synthesisServer = server; // for close-run.mjs
  const ended = once(server, "exit").then(([code]) => {
    throw new Error(`test/support/synthesis/server.ts ended with ${code}`);
  });
  ended.catch(() => undefined); // at the end of the run it may
  const [url] = await Promise.race([once(server, "message"), ended]);
  server.unref();
  server.channel?.unref();
  return url;
}
