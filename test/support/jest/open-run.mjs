// Before the first test: a folder of this run's own, because two runs at a time must not write over each other's; and in it
// the deployment that most end-to-end tests run.
import { mkdirSync, mkdtempSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { localOrigins, synthesize } from "../../../lib/local/synthesize.ts";

export default async function setup() {
  const home = fileURLToPath(new URL("../../../.local/", import.meta.url));
  mkdirSync(home, { recursive: true });
  process.env.TEST_RUN = mkdtempSync(`${home}test-`);
  const context = { domain: "example.com", origins: localOrigins.join(",") };
  await synthesize({ outdir: `${process.env.TEST_RUN}/assembly`, context });
}
