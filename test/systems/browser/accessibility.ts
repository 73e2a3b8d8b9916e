// The rules of axe-core, run in a page.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The violations that axe-core finds, as `rule: element`. @param rules by default all */
export async function accessibilityProblems(page: Page, rules?: readonly string[]): Promise<string[]> {
  const isLoaded = await page.evaluate(() => "axe" in globalThis);
  if (!isLoaded) await page.evaluate(axeSource);
  return page.evaluate(
    async (only) => {
      const { violations } = await axe.run({ resultTypes: ["violations"], ...(only && { runOnly: only }) });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, any }) => `${id}: ${html.slice(0, 100)} ${any[0]?.message ?? ""}`),
      );
    },
    rules && [...rules],
  );
}

declare global {
  const axe: { run(options: AxeOptions): Promise<{ violations: readonly Violation[] }> };
}

interface AxeOptions {
  /** Results of other types name one element. */
  readonly resultTypes: readonly "violations"[];
  readonly runOnly?: readonly string[];
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly any: readonly { readonly message: string }[] }[];
}
