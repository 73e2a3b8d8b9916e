// The fields of a row. A row without the shape that is written here is an error of this project, named with table and key.
import { CorruptRowError } from "../../errors.ts";
import { type Fields, fieldsOfJson, mismatch } from "../decode.ts";
import { inflate } from "../inflate.ts";
import type { TableSchema } from "./schema.ts";

export function fieldsOfRow({ id, key }: TableSchema, attributes: Fields["attributes"]): Fields {
  const broken = (text: string): Error => new CorruptRowError(text);
  return { name: `${id} ${JSON.stringify(attributes[key])}`, path: "", attributes, broken };
}

/** A text that was compressed with raw deflate. */
export function readDeflated(fields: Fields, name: string, dictionary = ""): string {
  const value = fields.attributes[name];
  const text = value instanceof Uint8Array ? inflate(value, dictionary) : undefined;
  if (text !== undefined) return text;
  throw mismatch(fields, name, "a deflated text");
}

/** A map as JSON: a text, or bytes where it was compressed. */
export function readLongMap(fields: Fields, name: string): Fields {
  const place = `${fields.path}${name}`;
  const value = fields.attributes[name];
  const text = typeof value === "string" ? value : readDeflated(fields, name);
  const map = fieldsOfJson(`${fields.name}: ${place}`, text, fields.broken);
  return { ...map, name: fields.name, path: `${place}.` };
}
