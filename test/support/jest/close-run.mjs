// After the last test: the folder of `open-run.mjs` goes.
import { rmSync } from "node:fs";

export default function teardown() {
  rmSync(process.env.TEST_RUN, { recursive: true, force: true });
}
