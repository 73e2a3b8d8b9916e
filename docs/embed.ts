// Code in pages comes from files that are type-checked and tested: a comment with a path names the file of the code block
// below it.
import { readFileSync } from "node:fs";

const root = new URL("..", import.meta.url);
const BLOCK = /(<!-- ((?:[\w-]+\/)*[\w-]+\.\w+) -->\n```\w+\n)[^]*?(```)/g;

/** The page with each of these blocks as its file is. */
export function withCode(page: string): string {
  const text = readFileSync(new URL(page, root), "utf8");
  return text.replace(BLOCK, (_block, head: string, path: string, tail: string) => {
    return `${head}${readFileSync(new URL(path, root), "utf8").trim()}\n${tail}`;
  });
}
