import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(root + path, "utf8");
const readme = read("README.md");
const PATH = /`((?:lib|test|lambdas|bin|bench|examples)\/[\w/.-]*)`/g;

describe("README", () => {
  test.each(["jssip", "sipjs"])("shows examples/%s.ts as it is tested", (name) => {
    expect(readme).toContain(read(`examples/${name}.ts`).trimEnd());
  });

  test("names commands that exist", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const named = [...readme.matchAll(/npm (?:run )?([a-z]+)/g)].map(([, name = ""]) => name);
    const builtIn = new Set(["ci", "install", "package", "packages"]);
    expect(named.filter((name) => !builtIn.has(name) && scripts[name] === undefined)).toEqual([]);
  });

  test("leads to files that are there", () => {
    const files = new Set(
      readdirSync(`${root}lib/sip/proxy`).concat(
        readdirSync(`${root}lib/sip/registrar`),
        readdirSync(`${root}lib/sip`),
      ),
    );
    const named = [
      ...readme.matchAll(
        /`((?:[a-z-]+\/)*[a-z0-9-]+(?:\.test)?\.ts|(?:lib|test|bench|lambdas|bin|examples)\/[a-z/-]*)`/g,
      ),
    ];
    const missing = named.map(([, path = ""]) => path).filter((path) => !existsSync(root + path) && !files.has(path));
    expect(missing).toEqual([]);
  });
});

test.each(["SECURITY.md", "RELEASING.md", "lambdas/README.md"])("%s leads to files that are there", (page) => {
  const named = [...read(page).matchAll(PATH)].map(([, path = ""]) => path);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((path) => !existsSync(root + path))).toEqual([]);
});
