import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { METRICS } from "../../../lib/operations/records/measures.ts";
import { events, refusals } from "../../../lib/sip/reasons.ts";

// Saved queries and runbook speak of fields, levels and reasons that the code writes.

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const reasons = new Set([...Object.keys(refusals), ...Object.keys(events)]);
const source = read("lib/cdk/saved-queries.ts");

/** Fields in the table of the page, such as `sip.call_id`; the log itself is held by test/parts/signaling/log-lines.test.ts. */
const documented = new Set(
  [...read("docs/operations.md").matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([\w.]+)`/g)].map(([, name = ""]) => name),
  ),
);

describe("a saved query", () => {
  const queries = source.slice(source.indexOf("savedQueries = {"), source.indexOf("} as const"));
  const named = [
    ...queries.matchAll(
      /\b(sip(?:\.\w+)+|aws\.\w+|user\.name|error\.\w+|sent\.\d|ms|cold|reason|because|flow)\b(?![-\w])/g,
    ),
  ];

  test("names fields that a line has", () => {
    expect(named.length).toBeGreaterThan(15);
    const strange = named
      .map(([name]) => name)
      .filter((name) => !documented.has(name.replace(/^(aws|sent|error)\..*/, "$1")));
    expect([...new Set(strange)]).toEqual([]);
  });

  test("names reasons that exist", () => {
    const asked = [...queries.matchAll(/"(login-[\w-]+)"/g)].map(([, code = ""]) => code);
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.filter((code) => !reasons.has(code))).toEqual([]);
  });
});

test("the filter of locked logins looks for a reason that exists", () => {
  const [, reason = ""] = /"\$\.reason", "=", "([\w-]+)"/.exec(read("lib/cdk/health-alarms.ts")) ?? [];
  expect(Object.keys(refusals)).toContain(reason);
});

test("the runbook names saved queries and alarms that exist", () => {
  const page = read("docs/runbook.md");
  const queries = [...page.matchAll(/query\s+\*([^*]+)\*/g)].map(([, name = ""]) => name);
  expect(queries.length).toBeGreaterThan(3);
  expect(queries.filter((name) => !source.includes(`"${name}"`) && !source.includes(`  ${name}: {`))).toEqual([]);
  const alarms = [...page.matchAll(/^## (\w+)$/gm)].map(([, name = ""]) => name);
  expect(alarms).toEqual(["Failures", "Broken", "DeadLetters", "Throttled", "Slow", "Guessing"]);
  expect(read("docs/deploy.md")).toContain("| Failures |");
});

test("the page of operations names every metric, and no other", () => {
  const [, table = ""] = /\| metric \| counts \|\n([^]*?)\n\n/.exec(read("docs/operations.md")) ?? [];
  const named = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name),
  );
  expect(named.toSorted()).toEqual(Object.keys(METRICS).toSorted());
});
