import { globSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { tokenizer, tokTypes } from "acorn";
import { analyse } from "scslre";

// A regular expression that can match the same text in several ways may try them all: then a short text takes seconds.
// scslre finds those whose backtracking grows faster than the text.

const root = fileURLToPath(new URL("../../..", import.meta.url));

interface Pattern {
  readonly source: string;
  readonly flags: string;
}

/** Every regular expression of a file. */
function patternsIn(file: string): readonly Pattern[] {
  const found: Pattern[] = [];
  const code = stripTypeScriptTypes(readFileSync(`${root}/${file}`, "utf8"));
  for (const token of tokenizer(code, { ecmaVersion: "latest", sourceType: "module" })) {
    if (token.type !== tokTypes.regexp) continue;
    const [, source = "", flags = ""] = /^\/(.*)\/([a-z]*)$/.exec(code.slice(token.start, token.end)) ?? [];
    found.push({ source, flags });
  }
  return found;
}

function isSlow(pattern: Pattern): boolean {
  return analyse(pattern, { reportTypes: { Move: false } }).reports.length > 0;
}

const all = globSync(["lambdas/*.ts", "lib/index.ts", "lib/{signaling,sip,aws,memory}/**/*.ts"], { cwd: root })
  .toSorted()
  .flatMap((file) =>
    patternsIn(file).map((pattern) => ({ file, pattern, text: `/${pattern.source}/${pattern.flags}` })),
  );

describe("no pattern of the deployed code goes through a text more often than once", () => {
  test.each(all)("$file: $text", ({ pattern }) => expect(isSlow(pattern)).toBe(false));

  test.each([
    ["a repetition whose end is optional", "^(?:a+b?)*$"],
    ["a repetition of a repetition", "^(?:\\w+)*$"],
    ["a repetition beside the same", "^\\s*\\s*x$"],
  ])("and %s would be found", (_what, source) => expect(isSlow({ source, flags: "" })).toBe(true));
});

test("patterns are found in the code", () => expect(all.length).toBeGreaterThan(20));
