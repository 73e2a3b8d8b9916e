// `npm run docs` writes the pages that are made from other files. `test/readme.test.ts` fails if one is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { decisionIndex } from "./decisions.ts";
import { rfcTable } from "./rfc.ts";

const root = new URL("..", import.meta.url);

/** Path from the root of the repository, and what the page should contain. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  "docs/decisions/README.md": decisionIndex,
  "docs/rfc.md": rfcTable,
};

if (import.meta.main) {
  for (const [path, page] of Object.entries(GENERATED)) {
    const file = new URL(path, root);
    const text = page();
    if (readFileSync(file, "utf8") !== text) writeFileSync(file, text);
  }
}
