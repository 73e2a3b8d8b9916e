// Checks rows as they are read. A row of another shape than the one this code writes is an error that names the row.
import { inflateRawSync } from "node:zlib";
import { CorruptRowError } from "../../errors.ts";
import type { TableSchema } from "./schema.ts";

type Attributes = Readonly<Record<string, unknown>>;

/** A row, or a map inside of one, with its place for error messages. */
export interface Row {
  /** Table and key. */
  readonly name: string;
  /** Path from the row to this map: empty, or such as `branches[0].target.` */
  readonly path: string;
  readonly attributes: Attributes;
}

export function toRow({ id, key }: TableSchema, attributes: Attributes): Row {
  return { name: `${id} ${JSON.stringify(attributes[key])}`, path: "", attributes };
}

export function readString(row: Row, name: string): string {
  const value = row.attributes[name];
  if (typeof value === "string") return value;
  throw corrupt(row, name, "a string");
}

export function readNumber(row: Row, name: string): number {
  const value = row.attributes[name];
  if (typeof value === "number") return value;
  throw corrupt(row, name, "a number");
}

export function readBoolean(row: Row, name: string): boolean {
  const value = row.attributes[name];
  if (typeof value === "boolean") return value;
  throw corrupt(row, name, "a boolean");
}

/** A text that was compressed with raw deflate. */
export function readDeflated(row: Row, name: string, dictionary = ""): string {
  const value = row.attributes[name];
  const text = value instanceof Uint8Array ? inflate(value, dictionary) : undefined;
  if (text !== undefined) return text;
  throw corrupt(row, name, "a deflated text");
}

function inflate(bytes: Uint8Array, dictionary: string): string | undefined {
  try {
    return inflateRawSync(bytes, { dictionary: Buffer.from(dictionary) }).toString("utf8");
  } catch (error) {
    if (isFromZlib(error)) return undefined;
    throw error;
  }
}

function isFromZlib(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && String(error.code).startsWith("Z_");
}

/** One of the given words. */
export function readWord<Word extends string>(row: Row, name: string, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === row.attributes[name]);
  if (word !== undefined) return word;
  throw corrupt(row, name, words.join(" or "));
}

export function readMap(row: Row, name: string): Row {
  const value = row.attributes[name];
  if (isMap(value)) return inside(row, name, value);
  throw corrupt(row, name, "a map");
}

export function readMaps(row: Row, name: string): readonly Row[] {
  const value = row.attributes[name];
  if (!Array.isArray(value) || !value.every(isMap)) throw corrupt(row, name, "a list of maps");
  return value.map((attributes, index) => inside(row, `${name}[${index}]`, attributes));
}

export function readStrings(row: Row, name: string): readonly string[] {
  const value = row.attributes[name];
  if (Array.isArray(value) && value.every((element) => typeof element === "string")) return value;
  throw corrupt(row, name, "a list of strings");
}

/** `{ [name]: value }`, or an empty object if the attribute is absent. */
export function optional<Name extends string, Value>(
  row: Row,
  name: Name,
  read: (row: Row, name: Name) => Value,
): { [N in Name]?: Value } {
  if (row.attributes[name] === undefined) return {};
  const found: { [N in Name]?: Value } = {};
  found[name] = read(row, name);
  return found;
}

function inside({ name, path }: Row, step: string, attributes: Attributes): Row {
  return { name, path: `${path}${step}.`, attributes };
}

/** DynamoDB's sets and binary values are objects too. */
function isMap(value: unknown): value is Attributes {
  return Object.prototype.toString.call(value) === "[object Object]";
}

function corrupt({ name: row, path }: Row, name: string, expected: string): CorruptRowError {
  return new CorruptRowError(`${row}: ${path}${name} is not ${expected}`);
}
