// Before the first test: the deployment that the end-to-end tests run, synthesized once.
import { fileURLToPath } from "node:url";
import { synthesize } from "../../lib/local/synthesize.ts";

export default async function setup() {
  const outdir = fileURLToPath(new URL("../../.local/test-assembly", import.meta.url));
  await synthesize({ outdir, context: { domain: "example.com" } });
}
