// After the last test: the process and the folder of `open-run.mjs` go.
import { once } from "node:events";
import { rmSync } from "node:fs";

export default async function teardown() {
  const server = globalThis.synthesisServer;
  server.ref();
  if (server.connected) server.disconnect();
  if (server.exitCode === null) await once(server, "exit");
  rmSync(process.env.TEST_RUN, { recursive: true, force: true });
}
