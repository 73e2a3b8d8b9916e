// `npm run docs` writes the pages that are made from other files. `test/readme.test.ts` fails if one is out of date.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { configurationExamples, configurationPage } from "./configuration.ts";
import { costPage, withCosts } from "./cost.ts";
import { decisionIndex } from "./decisions.ts";
import { withCode } from "./embed.ts";
import { rfcTable } from "./rfc.ts";
import { troubleshootingPage } from "./troubleshooting.ts";

const root = new URL("..", import.meta.url);

/** Path from the root of the repository, and its right content. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  "docs/decisions/index.md": decisionIndex,
  "docs/rfc.md": rfcTable,
  "docs/configuration.md": configurationPage,
  "docs/troubleshooting.md": troubleshootingPage,
  "docs/cost.md": costPage,
  "examples/configuration.ts": configurationExamples,
  ...Object.fromEntries(
    ["docs/getting-started.md", "docs/login.md", "docs/phone.md", "docs/clients.md", "docs/own-settings.md"].map(
      (page) => [page, () => withCode(page)],
    ),
  ),
  "README.md": () => withCosts(withCode("README.md")),
};

if (import.meta.main) {
  for (const [path, page] of Object.entries(GENERATED)) {
    const file = new URL(path, root);
    const text = page();
    if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
  }
}
