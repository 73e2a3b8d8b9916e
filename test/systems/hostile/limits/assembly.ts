// The deployment with other settings: what a test must not wait for, or must be able to count exactly.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Settings } from "../../../../lib/sip/policy/settings.ts";
import { testAssembly } from "../../../parts/local/cloud.ts";

const folders: string[] = [];

interface Parts {
  readonly Resources: Record<
    string,
    { readonly Type: string; readonly Properties: { Environment?: { Variables: Record<string, unknown> } } }
  >;
}

/** A copy of the test assembly whose functions have these settings; and whatever else is done to their variables. */
export function assemblyWith(
  settings: Partial<Settings>,
  change: (variables: Record<string, unknown>) => void = () => undefined,
): string {
  const folder = mkdtempSync(join(tmpdir(), "sip-limits-"));
  folders.push(folder);
  cpSync(testAssembly, folder, { recursive: true });
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith(".template.json")) ?? "");
  const template: Parts = JSON.parse(readFileSync(file, "utf8"));
  for (const { Type, Properties } of Object.values(template.Resources)) {
    const variables = Type === "AWS::Lambda::Function" ? Properties.Environment?.Variables : undefined;
    if (variables === undefined) continue;
    if ("SIP_SETTINGS" in variables) variables["SIP_SETTINGS"] = JSON.stringify(settings);
    change(variables);
  }
  writeFileSync(file, JSON.stringify(template));
  return folder;
}

/** For `afterAll`. */
export function removeAssemblies(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}
