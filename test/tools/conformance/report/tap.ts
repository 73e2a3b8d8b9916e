// Results as TAP version 14. A missing optional feature is not a failure for a TAP harness: it is marked TODO.
import type { Check, Level } from "../check.ts";
import type { Result } from "../run.ts";
import { ladderOf, wireOf } from "./ladder.ts";

export function headOf(checks: number, about: readonly string[]): string {
  return ["TAP version 14", ...about.map((line) => `# ${line}`), `1..${checks}`, ""].join("\n");
}

/** One test point, with diagnostics if there is something to say. */
export function pointOf(result: Result, number: number): string {
  const { check, outcome } = result;
  const isOk = outcome.kind === "passed" || outcome.kind === "skipped";
  const line = `${isOk ? "ok" : "not ok"} ${number} - ${escapeTap(describe(check))}${directiveOf(result)}`;
  return `${[line, ...diagnosticsOf(result)].join("\n")}\n`;
}

export function describe({ id, level, section, title }: Check): string {
  return `${level} ${section}: ${title} (${id})`;
}

function directiveOf({ check, outcome, waived }: Result): string {
  if (outcome.kind === "skipped") return ` # SKIP ${escapeTap(outcome.message)}`;
  if (outcome.kind === "passed") return "";
  if (waived !== undefined) return ` # TODO waived: ${escapeTap(waived)}`;
  return check.level === "MUST" ? "" : ` # TODO ${check.level}`;
}

function escapeTap(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("#", "\\#").replaceAll("\n", " ");
}

function diagnosticsOf({ check, outcome, accounts, events, milliseconds }: Result): string[] {
  if (outcome.kind === "passed" || outcome.kind === "skipped") return [];
  return [
    "---",
    `id: ${check.id}`,
    `level: ${check.level}`,
    `section: ${JSON.stringify(check.section)}`,
    `message: ${JSON.stringify(outcome.message)}`,
    `accounts: ${JSON.stringify(accounts)}`,
    `duration_ms: ${Math.round(milliseconds)}`,
    ...block("ladder", ladderOf(events)),
    ...block("wire", wireOf(events)),
    "...",
  ].map((line) => `  ${line}`.trimEnd());
}

/** A literal block scalar. */
function block(name: string, lines: readonly string[]): string[] {
  return [`${name}: |`, ...lines.map((line) => `  ${line}`)];
}

/** A comment per level, and one for the whole. */
export function summaryOf(results: readonly Result[]): string {
  const levels: readonly Level[] = ["MUST", "SHOULD", "MAY"];
  const lines = levels.map(
    (level) => `${level.padEnd(6)} ${countsOf(results.filter(({ check }) => check.level === level))}`,
  );
  return [...lines, `all    ${countsOf(results)}`].map((line) => `# ${line}\n`).join("");
}

function countsOf(results: readonly Result[]): string {
  const count = (kind: Result["outcome"]["kind"]): number =>
    results.filter(({ outcome }) => outcome.kind === kind).length;
  const waived = results.filter(({ outcome, waived }) => outcome.kind === "failed" && waived !== undefined).length;
  return [
    `${count("passed")} passed`,
    `${count("failed") + count("broken") - waived} failed`,
    ...(waived > 0 ? [`${waived} waived`] : []),
    `${count("skipped")} skipped`,
  ].join(", ");
}
