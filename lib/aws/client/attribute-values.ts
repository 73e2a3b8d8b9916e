// Rows in DynamoDB's notation and back. The rows of this project hold texts, numbers, booleans, bytes, lists, maps and sets of
// texts; the general converter of the SDK decides about many more cases, at several times the cost.
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** A row as the rest of the code knows it: names and plain values. */
export type Row = Readonly<Record<string, unknown>>;
export type Item = Record<string, AttributeValue>;

/** Bytes whose JSON is base64, as the wire has it. */
class Bytes extends Uint8Array {
  toJSON(): string {
    return Buffer.from(this.buffer, this.byteOffset, this.byteLength).toString("base64");
  }
}

/** Attributes without a value are left out. Throws a TypeError for a value that no row may hold. */
export function toItem(row: object): Item {
  const item: Item = {};
  for (const [name, value] of Object.entries(row)) if (value !== undefined) item[name] = toAttribute(value);
  return item;
}

function toAttribute(value: unknown): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  if (value instanceof Set) return { SS: [...value].map(String) };
  if (value instanceof Uint8Array) return { B: new Bytes(value) };
  if (typeof value === "object" && value !== null) return { M: toItem(value) };
  throw new TypeError(`no attribute can be ${typeof value === "number" ? value : typeof value}`);
}

/**
 * Back from an answer. Bytes come as base64 on the fast path and as bytes from the SDK. Types that this
 * project never writes stay different from those it writes, so that decoding finds them.
 */
export function toRow(item: object): Row {
  const row: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(item)) row[name] = fromAttribute(value);
  return row;
}

function fromAttribute(attribute: unknown): unknown {
  if (typeof attribute !== "object" || attribute === null) return attribute;
  if ("S" in attribute) return attribute.S;
  if ("N" in attribute) return fromNumber(attribute.N);
  if ("BOOL" in attribute) return attribute.BOOL;
  if ("M" in attribute && typeof attribute.M === "object" && attribute.M !== null) return toRow(attribute.M);
  if ("L" in attribute && Array.isArray(attribute.L)) return attribute.L.map(fromAttribute);
  if ("B" in attribute) return typeof attribute.B === "string" ? Buffer.from(attribute.B, "base64") : attribute.B;
  return "NULL" in attribute ? null : new Set(Object.values(attribute).flat());
}

/** An integer that a number cannot hold exactly stays text. */
function fromNumber(text: unknown): unknown {
  const value = Number(text);
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? text : value;
}
