// A process that a later one can recognize: a process id alone is given to another process some day.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { codeOf } from "./system-error.ts";

/** Text that names a running process, id and start: `4711 983412`. */
export function identityOf(pid: number): string {
  return `${pid} ${startOf(pid)}`.trim();
}

/** Process id of an identity whose process still runs; undefined if it has ended, or if its id belongs to another now. */
export function runningPid(identity: string): number | undefined {
  const [pid = Number.NaN] = identity.split(" ", 1).map(Number);
  if (!isAlive(pid)) return undefined;
  const start = identity.slice(String(pid).length).trim();
  return start === "" || start === startOf(pid) ? pid : undefined;
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

/** When a process started, in the words of the system; empty where it does not tell. */
function startOf(pid: number): string {
  if (existsSync("/proc/self/stat")) {
    const file = `/proc/${pid}/stat`;
    const fields = existsSync(file)
      ? readFileSync(file, "utf8")
          .replace(/^.*\) /s, "")
          .split(" ")
      : [];
    return fields[STARTTIME] ?? "";
  }
  const { stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  return (stdout ?? "").trim(); // null where there is no `ps`
}

/** Field 22 of proc(5), counted from the field after the name. */
const STARTTIME = 19;
