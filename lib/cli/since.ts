// The value of `--since`.
import { printable } from "../local/command/printable.ts";
import { CommandError } from "./command-error.ts";

/** `90s`, `15m`, `2h`, `3d` */
export function milliseconds(text: string): number {
  const [, count, unit = ""] = /^(\d{1,6})(s|m|h|d)$/.exec(text) ?? [];
  const length = UNITS.get(unit);
  if (count === undefined || length === undefined) {
    throw new CommandError(`--since ${printable(text)}: give a time such as 15m, 2h or 3d.`, 2);
  }
  return Number(count) * length;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);
