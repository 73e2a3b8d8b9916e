// After the last test: the folder of `synthesize.mjs` goes.
import { rmSync } from "node:fs";

export default function teardown() {
  rmSync(process.env.TEST_ASSEMBLY, { recursive: true, force: true });
}
