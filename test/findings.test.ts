import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";

const folder = fileURLToPath(new URL("../findings/", import.meta.url));
const scripts = readdirSync(folder).filter((name) => name.endsWith(".sh"));
const page = readFileSync(`${folder}README.md`, "utf8");

describe("the scripts in findings/", () => {
  test("have one row each in the table", () => {
    const rows = [...page.matchAll(/^\| `([\w-]+\.sh)` \|/gm)].map(([, name = ""]) => name);
    expect(rows.toSorted()).toEqual(scripts.toSorted());
  });

  test.each(scripts)("%s is executable and installs exact versions, which its row names", (name) => {
    accessSync(folder + name, constants.X_OK);
    const [, packages = ""] =
      /^npm install (?:--[\w=-]+ |\\\n {2})*(.*) \|\| exit 2$/m.exec(readFileSync(folder + name, "utf8")) ?? [];
    const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\` |`)) ?? "";
    const named = packages.split(" ").filter((spec) => {
      const [, packageName, version] = /^(@?[\w./-]+)@(\d+\.\d+\.\d+)$/.exec(spec) ?? [];
      return packageName !== undefined && row.includes(`${packageName} ${version}`);
    });
    expect(named.length).toBeGreaterThan(0);
    expect(packages.split(" ").filter((spec) => !/@\d+\.\d+\.\d+$/.test(spec))).toEqual([]);
  });
});
