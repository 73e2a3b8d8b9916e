// A data folder belongs to one cloud at a time.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identityOf, runningPid } from "./process-identity.ts";
import { codeOf } from "./system-error.ts";

/** Another process holds the folder. */
export class DataInUseError extends Error {
  override readonly name = "DataInUseError";
  readonly pid: number;
  constructor(folder: string, pid: number) {
    super(`${folder} is in use by another local cloud (process ${pid})`);
    this.pid = pid;
  }
}

/** Takes the folder, creates it if it is missing, and returns the function that releases it. Throws {@link DataInUseError}. */
export function lockData(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "lock");
  try {
    writeFileSync(file, identityOf(process.pid), { flag: "wx" });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    const pid = runningPid(readFileSync(file, "utf8"));
    if (pid !== undefined) throw new DataInUseError(folder, pid);
    writeFileSync(file, identityOf(process.pid)); // its process was killed
  }
  return () => rmSync(file, { force: true });
}
