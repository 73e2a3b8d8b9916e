import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "@jest/globals";

// The packages in the bundles are those that lambdas/README.md lists, each with a reason.

const root = new URL("../../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

/** Rows of the table of packages: names, required by, reason. */
const rows = read("lambdas/README.md")
  .split("\n")
  .filter((line) => /^\| `(@[a-z-]+\/)?[a-z0-9-]+`[ ,|]/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter((cells) => cells.length === 5);
const namesIn = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);

let contents: Readonly<Record<string, Readonly<Record<string, number>>>>;
beforeAll(async () => {
  const bundler = new URL("lib/cdk/bundle.ts", root).href;
  const script = `console.log(JSON.stringify((await import(${JSON.stringify(bundler)})).contentsOfBundles()))`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  contents = JSON.parse(stdout);
});

const isOurs = (origin: string): boolean => /^(lib|lambdas)\//.test(origin);
const packagesOf = (name: string): string[] => Object.keys(contents[name] ?? {}).filter((origin) => !isOurs(origin));

describe("the packages in the bundles", () => {
  test("are those of the list, no more and no fewer", () => {
    const listed = rows.flatMap(([, names]) => namesIn(names));
    expect([...new Set(Object.keys(contents).flatMap(packagesOf))].toSorted()).toEqual(listed.toSorted());
  });

  test("include those of the file that is loaded with the first push", () => {
    expect(packagesOf("web-push.cjs")).toEqual(expect.arrayContaining(["web-push", "http_ece", "jws"]));
  });

  test("have a reason each", () => {
    for (const [, , askedBy, why = ""] of rows) {
      expect(askedBy).not.toBe("");
      expect(why.length).toBeGreaterThan(10);
    }
  });

  test("that this project requires stand in package.json", () => {
    const { dependencies, devDependencies } = JSON.parse(read("package.json"));
    const ours = rows
      .filter(([, , askedBy]) => askedBy?.startsWith("this project"))
      .flatMap(([, names]) => namesIn(names));
    expect(ours.length).toBeGreaterThan(0);
    expect(Object.keys({ ...dependencies, ...devDependencies })).toEqual(expect.arrayContaining(ours));
  });

  test("of connect, which needs no login to be invoked, is one", () => {
    expect(packagesOf("connect")).toEqual(["@middy/core"]);
  });
});

describe("the bundle of default, which is read at every cold start", () => {
  test("has 238 KB of packages at most: code of this project grows with features, code of others need not", () => {
    const octets = packagesOf("default").map((name) => contents["default"]?.[name] ?? 0);
    expect(octets.reduce((sum, next) => sum + next, 0)).toBeLessThanOrEqual(238_000);
  });

  test("has no advice in it: that is for the documentation and tools", () => {
    expect(Object.keys(contents["default"] ?? {})).not.toContain("lib/sip/advice.ts");
  });
});
