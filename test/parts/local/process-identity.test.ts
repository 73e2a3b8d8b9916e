import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { DataInUseError, lockData } from "../../../lib/local/data-lock.ts";
import { identityOf, runningPid } from "../../../lib/local/process-identity.ts";
import { temporaryFolder } from "../../../lib/local/temporary-folder.ts";

let home: string;
let ended: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "identity-"));
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
  await once(child, "spawn");
  ended = identityOf(child.pid ?? 0);
  child.kill("SIGKILL");
  await once(child, "exit");
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** This process's id with the start of another: as if the id had been given away again. */
const reused = () => `${process.pid} ${ended.split(" ").slice(1).join(" ")}0`;

describe("a process is recognized by id and start", () => {
  test("this one runs, one that was killed does not, one with a reused id does not", () => {
    expect([identityOf(process.pid), ended, reused(), ""].map(runningPid)).toEqual([
      process.pid,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("a lock on a data folder", () => {
  test("holds while its process runs", () => {
    const folder = join(home, "held");
    const release = lockData(folder);
    expect(() => lockData(folder)).toThrow(DataInUseError);
    release();
    lockData(folder)();
  });

  test.each([
    ["was killed", () => ended],
    ["was killed, and whose id another process has now", reused],
  ])("is taken over from a process that %s", (_what, owner) => {
    const folder = mkdtempSync(join(home, "left-"));
    writeFileSync(join(folder, "lock"), owner());
    const release = lockData(folder);
    expect(readFileSync(join(folder, "lock"), "utf8")).toBe(identityOf(process.pid));
    release();
    expect(existsSync(join(folder, "lock"))).toBe(false);
  });
});

test("temporary folders of killed processes are removed at the next start; others stay", () => {
  const parent = mkdtempSync(join(home, "tmp-"));
  const folders = ["killed", "reused", "running", "new", "other"].map((name) => {
    return join(parent, name === "other" ? "something-else" : `sip-serverless-run-${name}`);
  });
  const owners = [ended, reused(), identityOf(process.pid), undefined, ended];
  for (const [index, folder] of folders.entries()) {
    mkdirSync(folder);
    const owner = owners[index];
    if (owner !== undefined) writeFileSync(join(folder, "owner"), owner);
  }
  const made = temporaryFolder(parent);
  expect(existsSync(made)).toBe(true);
  expect(folders.map((folder) => existsSync(folder))).toEqual([false, false, true, true, true]);
});
