// The deployment with one action taken out of every policy: how calls to AWS are made to fail.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testAssembly } from "../../parts/local/cloud.ts";

const folders: string[] = [];

export function withoutGrant(action: string): string {
  const folder = mkdtempSync(join(tmpdir(), "sip-grants-"));
  folders.push(folder);
  cpSync(testAssembly, folder, { recursive: true });
  const file = readdirSync(folder).find((name) => name.endsWith(".template.json")) ?? "";
  const template = readFileSync(join(folder, file), "utf8");
  const cut = template.replaceAll(`"${action}"`, `"${action}Never"`);
  if (cut === template) throw new Error(`no policy grants ${action}`);
  writeFileSync(join(folder, file), cut);
  return folder;
}

/** For `afterEach` or `afterAll`, once the clouds are closed. */
export function removeCuts(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}
