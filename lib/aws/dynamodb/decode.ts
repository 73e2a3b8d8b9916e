// Rows are checked as they come in: what does not have the shape we write is an error of ours, named with its row.

export class CorruptRowError extends Error {
  readonly code = "ERR_CORRUPT_ROW";
}

type Row = Readonly<Record<string, unknown>>;

export function readString(row: Row, name: string): string {
  const value = row[name];
  if (typeof value === "string") return value;
  throw corrupt(row, name, "a string");
}

export function readNumber(row: Row, name: string): number {
  const value = row[name];
  if (typeof value === "number") return value;
  throw corrupt(row, name, "a number");
}

export function readBoolean(row: Row, name: string): boolean {
  const value = row[name];
  if (typeof value === "boolean") return value;
  throw corrupt(row, name, "a boolean");
}

/** One of the words given. */
export function readWord<Word extends string>(row: Row, name: string, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === row[name]);
  if (word !== undefined) return word;
  throw corrupt(row, name, words.join(" or "));
}

export function readRow(row: Row, name: string): Row {
  const value = row[name];
  if (isRow(value)) return value;
  throw corrupt(row, name, "a map");
}

export function readRows(row: Row, name: string): readonly Row[] {
  const value = row[name];
  if (Array.isArray(value) && value.every(isRow)) return value;
  throw corrupt(row, name, "a list of maps");
}

export function readStrings(row: Row, name: string): readonly string[] {
  const value = row[name];
  if (Array.isArray(value) && value.every((element) => typeof element === "string")) return value;
  throw corrupt(row, name, "a list of strings");
}

/** `{ [name]: value }`, or nothing if the attribute is not there. */
export function optional<Name extends string, Value>(
  row: Row,
  name: Name,
  read: (row: Row, name: Name) => Value,
): { [N in Name]?: Value } {
  if (row[name] === undefined) return {};
  const found: { [N in Name]?: Value } = {};
  found[name] = read(row, name);
  return found;
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function corrupt(row: Row, name: string, expected: string): CorruptRowError {
  const key = row["aor"] ?? row["flow"] ?? row["id"];
  return new CorruptRowError(`row ${JSON.stringify(key)}: ${name} is not ${expected}`);
}
