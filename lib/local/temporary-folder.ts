// Folders for one run. A run that is killed cannot remove its folder, so the next one does.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identityOf, runningPid } from "./process-identity.ts";

/** Creates a folder that is removed when this process exits; removes those of processes that were killed. */
export function temporaryFolder(parent = tmpdir()): string {
  for (const name of readdirSync(parent)) {
    const owner = join(parent, name, OWNER);
    if (!name.startsWith(PREFIX) || !existsSync(owner)) continue;
    if (runningPid(readFileSync(owner, "utf8")) === undefined) remove(join(parent, name));
  }
  const folder = mkdtempSync(join(parent, PREFIX));
  writeFileSync(join(folder, OWNER), identityOf(process.pid));
  process.on("exit", () => remove(folder));
  return folder;
}

const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });

const PREFIX = "sip-serverless-run-";
const OWNER = "owner";
