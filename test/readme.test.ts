import { existsSync, readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { basename, dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { readDecisions } from "../docs/decisions.ts";
import { GENERATED } from "../docs/generate.ts";
import { readImplementations } from "../docs/rfc.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const readme = read("README.md");
/** Files of the checkout, new ones included. */
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path !== "" && existsSync(join(root, path)));
const pages = files.filter((path) => path.endsWith(".md"));
const records = new Set(readDecisions().map(({ file }) => `docs/decisions/${file}`));
const folderReadmes = pages.filter((path) => path.endsWith("/README.md") && GENERATED[path] === undefined);

const PATH = /`((?:[\w-]+\/)*[\w-]+(?:\.test)?\.(?:ts|mjs|md|html|css|json)|(?:[\w-]+\/)+)`/g;
const HOME = /Names without a folder are in\s+(?:the folder named before them, or in\s+)?`([\w/-]+)`/;

/**
 * Paths in backticks that do not exist. A path starts at the root, at the page's folder, at the folder of the path
 * before it in the same line, or at the folder that the page says its short names are in.
 */
function deadPaths(page: string): readonly string[] {
  const [, home = ""] = HOME.exec(read(page)) ?? [];
  return read(page)
    .split("\n")
    .flatMap((line) => {
      let before = "";
      return [...line.matchAll(PATH)].flatMap(([, path = ""]) => {
        const found = ["", dirname(page), before, home].find((folder) => existsSync(join(root, folder, path)));
        if (found === undefined) return [`${page}: ${path}`];
        before = dirname(join(found, path));
        return [];
      });
    });
}

describe("README", () => {
  test("has 150 lines at most", () => {
    expect(readme.trimEnd().split("\n").length).toBeLessThanOrEqual(150);
  });
});

describe("pages", () => {
  test("name commands that exist", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const builtIn = new Set([
      "ci",
      "install",
      "package",
      "packages",
      "audit",
      "outdated",
      "pack",
      "publish",
      "version",
    ]);
    const missing = pages.flatMap((page) =>
      [...read(page).matchAll(/`[^`\n]*?\bnpm (?:run )?([a-z]+)|^npm (?:run )?([a-z]+)/gm)]
        .map(([, inText, inBlock]) => inText ?? inBlock ?? "")
        .filter((name) => !builtIn.has(name) && scripts[name] === undefined)
        .map((name) => `${page}: npm run ${name}`),
    );
    expect(missing).toEqual([]);
  });

  test("lead to files that exist", () => {
    expect(pages.flatMap(deadPaths)).toEqual([]);
  });

  test("link to files that exist", () => {
    const missing = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^):#]+)(?:#[^)]*)?\)/g)]
        .map(([, path = ""]) => normalize(join(dirname(page), path)))
        .filter((path) => !existsSync(join(root, path)))
        .map((path) => `${page}: ${path}`),
    );
    expect(missing).toEqual([]);
  });

  test.each(Object.entries(GENERATED))("%s is the output of `npm run docs`", (path, page) => {
    expect(read(path)).toBe(page());
  });
});

describe("a folder's README", () => {
  test("has 40 lines at most", () => {
    expect(folderReadmes.length).toBeGreaterThan(10);
    expect(folderReadmes.filter((page) => read(page).trimEnd().split("\n").length > 40)).toEqual([]);
  });

  test("names each file of its folder", () => {
    const missing = folderReadmes
      .filter((page) => /^(?:lib|bin|lambdas)\//.test(page))
      .flatMap((page) => {
        const text = read(page);
        const own = files.filter((path) => path.endsWith(".ts") && dirname(path) === dirname(page));
        return own.filter((path) => !text.includes(`\`${basename(path)}\``)).map((path) => `${page}: ${path}`);
      });
    expect(missing).toEqual([]);
  });

  test("covers each folder of lib: its own, or one above that names it", () => {
    const folders = new Set(files.filter((path) => /^lib\/.*\.tsx?$/.test(path)).map((path) => dirname(path)));
    const isCovered = (folder: string) =>
      folderReadmes.some((page) => {
        const home = dirname(page);
        return home === folder || (folder.startsWith(`${home}/`) && read(page).includes(relative(home, folder)));
      });
    expect([...folders].filter((folder) => !isCovered(folder))).toEqual([]);
  });

  test("names no file in its tables that the table of another one names", () => {
    const seen = new Map<string, string>();
    const twice: string[] = [];
    for (const page of folderReadmes) {
      const rows = read(page)
        .split("\n")
        .filter((line) => line.startsWith("|"));
      const named = rows.flatMap((line) =>
        [...line.matchAll(/`([\w./-]+\.(?:ts|html|css))`/g)].map(([, path = ""]) => path),
      );
      for (const path of new Set(named)) {
        const file = existsSync(join(root, path)) ? path : normalize(join(dirname(page), path));
        const before = seen.get(file);
        if (before !== undefined) twice.push(`${file}: ${before} and ${page}`);
        seen.set(file, page);
      }
    }
    expect(twice).toEqual([]);
  });
});

describe("decision records", () => {
  const decisions = readDecisions();

  test("are numbered without a gap, in the order of their dates", () => {
    expect(decisions.map(({ number }) => number)).toEqual(decisions.map((_, index) => index + 1));
    expect(decisions.map(({ file }) => Number(file.slice(0, 4)))).toEqual(decisions.map(({ number }) => number));
    const dates = decisions.map(({ date }) => date);
    expect(dates).toEqual(dates.toSorted());
  });

  test("are in force or name their replacement", () => {
    const other = decisions.filter(
      ({ status }) =>
        !/^(in force|replaced by \[\d+\]\([\w-]+\.md\)|in force; .+ replaced by \[\d+\]\([\w-]+\.md\))$/.test(status),
    );
    expect(other.map(({ file, status }) => `${file}: ${status}`)).toEqual([]);
  });

  test("have a context, a decision and a consequence", () => {
    const parts = ["Context", "Decision", "Consequence"];
    const missing = decisions.filter(({ text }) => !parts.every((part) => text.includes(`\n**${part}.** `)));
    expect(missing.map(({ file }) => file)).toEqual([]);
  });

  test("are the only place for dated decisions", () => {
    expect(pages.filter((page) => !records.has(page) && /^#+ \d{4}-\d\d-\d\d/m.test(read(page)))).toEqual([]);
  });
});

describe("the first comment of a file in lib/sip", () => {
  const implementations = readImplementations();

  test("says what the file is", () => {
    expect(implementations.filter(({ subject }) => subject === "").map(({ file }) => file)).toEqual([]);
  });

  test("names the sections of an RFC, unless no RFC covers it", () => {
    const own = implementations.filter(({ sections }) => sections.size === 0).map(({ file }) => file);
    expect(own).toEqual([
      "lib/sip/advice.ts",
      "lib/sip/auth/login-deadline.ts",
      "lib/sip/effect.ts",
      "lib/sip/limits/lockout.ts",
      "lib/sip/limits/login-history.ts",
      "lib/sip/limits/lru-map.ts",
      "lib/sip/limits/token-bucket.ts",
      "lib/sip/outcome.ts",
      "lib/sip/policy/lockout.ts",
      "lib/sip/policy/login.ts",
      "lib/sip/policy/platform.ts",
      "lib/sip/policy/settings.ts",
      "lib/sip/policy/sizes.ts",
      "lib/sip/reasons.ts",
      "lib/sip/state/change.ts",
      "lib/sip/state/live.ts",
      "lib/sip/state/login-failures.ts",
      "lib/sip/state/login-history.ts",
      "lib/sip/state/snapshot.ts",
      "lib/sip/syntax/limits.ts",
      "lib/sip/timer.ts",
      "lib/sip/tokens/hash.ts",
      "lib/sip/world.ts",
    ]);
  });
});
