// Reads the decision records and makes their index. A record is `NNNN-title.md`: a heading `# N. Title`, then a line
// `date · status · subject`, then context, decision and consequence.
import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("decisions/", import.meta.url);

export interface Decision {
  readonly file: string;
  readonly number: number;
  readonly title: string;
  readonly date: string;
  readonly status: string;
  readonly subject: string;
  readonly text: string;
}

const HEAD = /^# (\d+)\. (.+)\n\n(\d{4}-\d\d-\d\d) · (.+) · ([^·\n]+)\n/;

/** All records in the order of their numbers. */
export function readDecisions(): readonly Decision[] {
  const files = readdirSync(folder).filter((file) => /^\d{4}-/.test(file));
  return files.toSorted().map((file) => {
    const text = readFileSync(new URL(file, folder), "utf8");
    const [, number, title, date, status, subject] = HEAD.exec(text) ?? [];
    if (title === undefined || date === undefined || status === undefined || subject === undefined)
      throw new Error(`docs/decisions/${file} must begin with "# N. Title" and "date · status · subject"`);
    return { file, number: Number(number), title, date, status, subject, text };
  });
}

/** docs/decisions/index.md: records by subject, subjects in alphabetical order. */
export function decisionIndex(): string {
  const decisions = readDecisions();
  const subjects = [...new Set(decisions.map(({ subject }) => subject))].toSorted((a, b) => a.localeCompare(b));
  const parts = subjects.map((subject) => {
    const rows = decisions.filter((decision) => decision.subject === subject).map(row);
    return [`## ${capitalized(subject)}`, "", "| | decision | date | status |", "|---|---|---|---|", ...rows, ""].join(
      "\n",
    );
  });
  return `${INTRODUCTION}\n${parts.join("\n")}`;
}

const INTRODUCTION = `<!-- made by \`npm run docs\` -->
# Decisions by subject
`;

function row({ number, file, title, date, status }: Decision): string {
  return `| ${number} | [${title}](${file}) | ${date} | ${status} |`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
