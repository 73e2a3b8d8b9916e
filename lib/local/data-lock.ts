// A data folder belongs to one cloud at a time.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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

/** Takes the folder, makes it if need be, and returns what gives it back. Throws {@link DataInUseError}. */
export function lockData(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "lock");
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    const pid = Number(readFileSync(file, "utf8"));
    if (isAlive(pid)) throw new DataInUseError(folder, pid);
    writeFileSync(file, String(process.pid)); // left behind by one that was killed
  }
  return () => rmSync(file, { force: true });
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}
