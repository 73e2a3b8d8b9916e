// The arrangement of a header's values in a message (RFC 3261 §7.3.1): a single one, a list over any number of fields, or one
// per field if commas have another meaning.
import { splitList } from "../scan.ts";

/** Text of one value to data and back. `parse` takes the trimmed value; undefined if malformed. */
export interface Codec<T> {
  readonly parse: (text: string) => T | undefined;
  readonly serialize: (value: T) => string;
}

export interface Shape<T> {
  /** From the values of all its fields, at least one; undefined if malformed. */
  readonly read: (values: readonly string[]) => T | undefined;
  /** The values of the fields, one text per field. */
  readonly write: (value: T) => readonly string[];
}

/** A second field is malformed, because it is undefined which one counts. */
export function single<T>({ parse, serialize }: Codec<T>): Shape<T> {
  return {
    read: ([value = "", ...others]) => (others.length === 0 ? parse(value) : undefined),
    write: (value) => [serialize(value)],
  };
}

export function list<T>(codec: Codec<T>): Shape<readonly T[]> {
  return {
    read: (values) => parseAll(values.flatMap(splitList), codec),
    write: (elements) => [elements.map((element) => codec.serialize(element)).join(", ")],
  };
}

/** Lists that may be empty: Accept, Allow, Supported and a few more. */
export function listOrNothing<T>(codec: Codec<T>): Shape<readonly T[]> {
  const { read, write } = list(codec);
  return { read: (values) => (values.every((value) => value === "") ? [] : read(values)), write };
}

export function each<T>(codec: Codec<T>): Shape<readonly T[]> {
  return {
    read: (values) => parseAll(values, codec),
    write: (elements) => elements.map((element) => codec.serialize(element)),
  };
}

function parseAll<T>(texts: readonly string[], { parse }: Codec<T>): readonly T[] | undefined {
  const elements: T[] = [];
  for (const text of texts) {
    const element = parse(text);
    if (element === undefined) return undefined;
    elements.push(element);
  }
  return elements;
}
