// Deployments for tests. Each is synthesized once in a run of jest, in the folder of that run, which goes at its end.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { deploymentApp, synthesize } from "./synthesis/synthesize.ts";

const run = process.env["TEST_RUN"] ?? "";

/** The deployment that most tests run: for the domain `example.com` and pages of this machine. */
export const testAssembly = join(run, "assembly");

/** The assembly that the app makes of this CDK context; not to be changed. */
export async function anAssembly(context: Readonly<Record<string, string>> = {}): Promise<string> {
  return assemblyOf(deploymentApp, context);
}

/** The assembly of a module that exports `createApp(props: AppProps): App`; not to be changed. */
export async function assemblyOf(app: string, context: Readonly<Record<string, string>> = {}): Promise<string> {
  const key = createHash("sha256")
    .update(app)
    .update(JSON.stringify(context, Object.keys(context).toSorted()))
    .digest("hex");
  const folder = join(run, key.slice(0, 16));
  while (!existsSync(doneOf(folder))) await make(folder, app, context);
  return folder;
}

const doneOf = (folder: string): string => `${folder}.done`;

/** Test files run side by side: the first to make the folder of the lock synthesizes, the others wait for it. */
async function make(folder: string, app: string, context: Readonly<Record<string, string>>): Promise<void> {
  const lock = `${folder}.lock`;
  try {
    mkdirSync(lock);
  } catch {
    await setTimeout(100);
    return;
  }
  try {
    if (existsSync(doneOf(folder))) return;
    await synthesize({ app, outdir: folder, context });
    writeFileSync(doneOf(folder), "");
  } finally {
    rmSync(lock, { recursive: true });
  }
}

/** A copy of an assembly with another template. */
export function aChangedAssembly(change: (template: string) => string, from = testAssembly): string {
  const folder = mkdtempSync(join(run, "changed-"));
  cpSync(from, folder, { recursive: true });
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith(".template.json")) ?? "");
  const template = readFileSync(file, "utf8");
  const changed = change(template);
  if (changed === template) throw new Error("the template did not change");
  writeFileSync(file, changed);
  return folder;
}
