import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { exceptions } from "./support/language/exceptions.ts";
import { patterns } from "./support/language/patterns.ts";
import { proseOfCode, proseOfPage } from "./support/language/prose.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const FOLDERS = new Set(["lib", "bin", "lambdas", "bench", "build", "examples", "findings", "test", "docs"]);

function filesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:tsx?|mjs|md)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

const folders = readdirSync(root).filter((name) => FOLDERS.has(name));
const pages = readdirSync(root).filter((name) => name.endsWith(".md"));
const files = [...pages, ...folders.flatMap(filesOf)];

function findingsIn(prose: readonly string[]): string[] {
  return prose.flatMap((text) =>
    patterns.flatMap((pattern) =>
      [...text.matchAll(pattern)].map(({ index }) => text.slice(Math.max(0, index - 60), index + 60)),
    ),
  );
}

function findingsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const prose = file.endsWith(".md") ? proseOfPage(text) : proseOfCode(text, file.startsWith("test/"));
  const allowed = exceptions.filter((exception) => exception.file === file);
  return findingsIn(prose)
    .filter((finding) => !allowed.some(({ phrase }) => finding.includes(phrase)))
    .map((finding) => `${file}: …${finding}…`);
}

const byFolder = Map.groupBy(files, (file) => file.split("/")[0] ?? file);

describe("comments, titles and pages are in plain English", () => {
  test.each([...byFolder])("%s", (_folder, inFolder) => {
    expect(inFolder.flatMap(findingsOf)).toEqual([]);
  });

  test("each exception is needed", () => {
    const needed = ({ file, phrase }: { readonly file: string; readonly phrase: string }) =>
      readFileSync(join(root, file), "utf8").includes(phrase);
    expect(exceptions.filter((exception) => !needed(exception))).toEqual([]);
  });
});

test("comments have 130 columns at most", () => {
  const comment = /^\s*(?:\/\/|\/\*\*|\*)/;
  const code = files.filter((file) => /\.(?:tsx?|mjs)$/.test(file));
  const long = code.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .filter((line) => line.length > 130 && comment.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(long).toEqual([]);
});

test.each([
  "The caller of nobody.",
  "A request that is no INVITE.",
  "A Via of ours.",
  "What came is kept.",
  "Kept: what came.",
  "what came is kept",
  "The row, what it holds.",
  "The row that we read.",
  "A man in the middle.",
  "The time of what follows.",
  "The flow is closed. So is the other.",
  "A forged token is as good as none.",
  "The caller is told 480.",
])("a pattern is found in: %s", (text) => {
  expect(findingsIn(proseOfCode(`// ${text}\n`, false))).toHaveLength(1);
});

test.each([
  "There is no retry.",
  "It is no longer there.",
  "The caller, who hung up.",
  "Says what came.",
  "What came of it?",
  "The URL in us-east-1, with what to write instead.",
  "Kinds are told apart by a prefix.",
  "How is it read, and what is kept?",
])("no pattern is found in: %s", (text) => {
  expect(findingsIn(proseOfCode(`// ${text}\n`, false))).toEqual([]);
});

test("the prose of code is its comments, whole, and its sentences; of a test, the titles", () => {
  const code = [
    "// one",
    "// comment",
    'const a = "two words"; // another',
    "const b = /[\"'`]/; /** a third */",
    'const c = `//not`; const d = "word";',
    'test("a title", () => {',
  ].join("\n");
  expect(proseOfCode(code, false)).toEqual(["one comment", "two words", "another", "a third", "a title"]);
  expect(proseOfCode(code, true)).toEqual(["one comment", "another", "a third", "a title"]);
});

test("the prose of a page is its paragraphs, items and cells", () => {
  const page = "# What it is\nA **page**\nof words.\n\n- item\n```\nno one\n```\n| cell | other |\n";
  expect(proseOfPage(page)).toEqual(["A page of words.", "item", "cell", "other"]);
});
