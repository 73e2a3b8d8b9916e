// The package as its users get it: built, packed, and installed into an empty folder.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import manifest from "../../../package.json" with { type: "json" };

const root = fileURLToPath(new URL("../../..", import.meta.url));
const packages = join(root, "node_modules");

export interface InstalledPackage {
  /** The app's folder. */
  readonly folder: string;
  /** Paths of its files. */
  readonly files: readonly string[];
  /** Octets of its files, compressed. */
  readonly size: number;
  /** Runs a command in the folder, without the checkout's commands on the path; rejects with its output. */
  run(command: string, ...args: readonly string[]): Promise<string>;
  /** Writes files into the folder. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** Environment for a command that the test starts itself. */
  readonly env: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

/**
 * Dependencies and compilers are links to the checkout's, which npm accepts if their versions suffice: it would take 15 s to
 * unpack them again. A package that the installed package.json does not name is not found.
 */
export async function installPackage(): Promise<InstalledPackage> {
  const folder = await mkdtemp(join(tmpdir(), "installed-"));
  const outside = (process.env["PATH"] ?? "").split(delimiter).filter((path) => !path.startsWith(packages));
  const env = { ...withoutNpm(process.env), PATH: outside.join(delimiter), GOGC: "off" }; // a compiler's memory is not filled
  const run: InstalledPackage["run"] = async (command, ...args) => {
    return (await promisify(execFile)(command, args, { cwd: folder, env, maxBuffer: 1e8 })).stdout;
  };
  const write: InstalledPackage["write"] = async (files) => {
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  };

  await promisify(execFile)(process.execPath, ["build/build.ts"], { cwd: root });
  await write({ "package.json": JSON.stringify({ name: "app", private: true }) });
  const link = async (name: string): Promise<void> => {
    const path = join(folder, "node_modules", name);
    await mkdir(dirname(path), { recursive: true });
    await symlink(join(packages, name), path);
  };
  for (const name of Object.keys(manifest.dependencies)) await link(name);
  const quick = ["--ignore-scripts", "--omit=peer", "--prefer-offline", "--no-audit", "--no-fund"];
  await run("npm", "install", root, "--install-links", ...quick); // packs the checkout as `npm publish` does
  for (const name of ["aws-cdk-lib", "constructs", "@types", "typescript"]) await link(name);
  const installed = join(folder, "node_modules", manifest.name);
  const entries = await readdir(installed, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return {
    folder,
    files: paths.map((path) => relative(installed, path)),
    size: gzipSync(Buffer.concat(await Promise.all(paths.map((path) => readFile(path))))).length,
    run,
    write,
    env,
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Variables that npm sets for its scripts would change the npm that the test starts. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith("npm_") && name !== "NODE_OPTIONS"),
  );
}
