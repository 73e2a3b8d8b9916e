// A ladder for a terminal: a column for each party, an arrow for each message.
import { styleText } from "node:util";
import { printable } from "../../local/command/printable.ts";
import { type Arrow, headingsOf, type Ladder, shownTitle } from "./ladder.ts";
import { SERVER } from "./parties.ts";

export interface TerminalOptions {
  readonly color: boolean;
  /** Characters between two lifelines. */
  readonly gap?: number;
}

const TIME_WIDTH = 23;

export function terminalLadder(ladder: Ladder, { color, gap = 26 }: TerminalOptions): string {
  const columns = ladder.parties.map((_party, at) => at);
  const width = (columns.length - 1) * gap + 1;
  const lifelines = () => Array.from({ length: width }, (_char, at) => (at % gap === 0 ? "│" : " "));
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;

  const headings = headingsOf(ladder).map((text) => paint("bold", printable(text)));
  const lines = [...headings, "", heading(ladder, gap, width)];
  let before = ladder.steps[0]?.at ?? 0;
  for (const step of ladder.steps) {
    const time = `${clock(step.at)} ${`+${((step.at - before) / 1000).toFixed(3)}`.padStart(9)}`.padEnd(TIME_WIDTH);
    before = step.at;
    if (step.kind === "note") {
      lines.push(`${paint("dim", time)}${paint("yellow", `  ${printable(step.text)}`)}`);
      continue;
    }
    const row = lifelines();
    draw(row, { ...step, title: shownTitle(ladder, step) }, gap);
    lines.push(`${paint("dim", time)}${paint(styleOf(step), row.join("").trimEnd())}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Labels over their lifelines, cut to the gap. */
function heading({ parties }: Ladder, gap: number, width: number): string {
  const row = Array.from({ length: width + gap }, () => " ");
  parties.forEach(({ label }, at) => {
    const text = Array.from(printable(label)).slice(0, gap - 2);
    text.forEach((char, offset) => (row[at * gap + offset] = char));
  });
  return `${" ".repeat(TIME_WIDTH)}${row.join("").trimEnd()}`;
}

function draw(row: string[], { from, to, title, isRepeated }: Arrow, gap: number): void {
  const [left, right] = [Math.min(from, to) * gap + 1, Math.max(from, to) * gap - 1];
  for (let at = left; at <= right; at += 1) row[at] = "─";
  row[to > from ? right : left] = to > from ? "→" : "←";
  const label = Array.from(` ${printable(title)}${isRepeated ? " (again)" : ""} `).slice(0, gap - 4);
  const nearest = from === SERVER ? (to > from ? right - gap + 4 : left + 2) : from < to ? left + 2 : right - gap + 4;
  label.forEach((char, offset) => (row[nearest + offset] = char));
}

function styleOf({ title, isRepeated }: Arrow): Parameters<typeof styleText>[0] {
  if (isRepeated) return "dim";
  const status = Number(/^(\d{3}) /.exec(title)?.[1] ?? 0);
  if (status >= 300) return "red";
  return status >= 200 ? "green" : "cyan";
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}
