// The output of a command: a table for people, JSON for programs.
import { printable } from "../local/command/printable.ts";

export interface Output {
  readonly isJson: boolean;
  readonly write: (text: string) => void;
}

export type Cell = string | number | undefined;

/** Rows as JSON, or as columns below a heading. @param columns heading and cell of each */
export function printRows<Row>(
  { isJson, write }: Output,
  rows: readonly Row[],
  columns: readonly (readonly [heading: string, cell: (row: Row) => Cell])[],
  none: string,
): void {
  if (isJson) return write(`${JSON.stringify(rows, null, 2)}\n`);
  if (rows.length === 0) return write(`${none}\n`);
  const cells = rows.map((row) => columns.map(([, cell]) => printable(String(cell(row) ?? "-"))));
  const table = [columns.map(([heading]) => heading), ...cells];
  const widths = columns.map((_column, at) => Math.max(...table.map((line) => Array.from(line[at] ?? "").length)));
  for (const line of table)
    write(
      `${line
        .map((cell, at) => padded(cell, widths[at] ?? 0))
        .join("  ")
        .trimEnd()}\n`,
    );
}

/** A value as JSON, or a sentence. */
export function printResult({ isJson, write }: Output, value: object, sentence: string): void {
  write(isJson ? `${JSON.stringify(value, null, 2)}\n` : `${printable(sentence)}\n`);
}

/** In UTC, to the second. @param at epoch milliseconds */
export function dateAndTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - Array.from(text).length));
}
