import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";

const folder = fileURLToPath(new URL("../findings/", import.meta.url));
const scripts = readdirSync(folder).filter((name) => name.endsWith(".sh"));
const page = readFileSync(`${folder}README.md`, "utf8");
/** The rows of the table, each with the scripts that its first cell names. */
const rows = [...page.matchAll(/^\| (`[^|]*`) \|.*$/gm)].map(([row, cell = ""]) => ({
  row,
  names: [...cell.matchAll(/`([\w-]+\.sh)`/g)].map(([, name = ""]) => name),
}));

describe("the scripts in findings/", () => {
  test("are in one row of the table each", () => {
    expect(rows.flatMap(({ names }) => names).toSorted()).toEqual(scripts.toSorted());
  });

  test.each(scripts)("%s is executable and installs exact versions, which its row names", (name) => {
    accessSync(folder + name, constants.X_OK);
    const [, packages = ""] =
      /^npm install (?:--[\w=-]+ |\\\n {2})*(.*) \|\| exit 2$/m.exec(readFileSync(folder + name, "utf8")) ?? [];
    const { row = "" } = rows.find(({ names }) => names.includes(name)) ?? {};
    const named = packages.split(" ").filter((spec) => {
      const [, packageName, version] = /^(@?[\w./-]+)@(\d+\.\d+\.\d+)$/.exec(spec) ?? [];
      return packageName !== undefined && row.includes(`${packageName} ${version}`);
    });
    expect(named.length).toBeGreaterThan(0);
    expect(packages.split(" ").filter((spec) => !/@\d+\.\d+\.\d+$/.test(spec))).toEqual([]);
  });
});
