// Data from outside is checked as it is read: rows, settings, timers. Data of another shape is an error that names the place
// and never repeats the value.

type Attributes = Readonly<Record<string, unknown>>;

/** A map of named values, and its place for the error that names it. */
export interface Fields {
  /** The source, such as table and key, or a variable. */
  readonly name: string;
  /** From the source to this map: empty, or as `branches[0].target.` */
  readonly path: string;
  readonly attributes: Attributes;
  /** The error for data of another shape. */
  readonly broken: (text: string) => Error;
}

/** Reads one field, and throws `broken` if it has another shape. */
export type Reader<Value> = (fields: Fields, name: string) => Value;

/** The fields of a JSON object. */
export function fieldsOfJson(name: string, json: string, broken: Fields["broken"]): Fields {
  const attributes = parsed(json);
  if (isMap(attributes)) return { name, path: "", attributes, broken };
  throw broken(`${name} is not a JSON object`);
}

/** Undefined if it is not JSON: the error of JSON.parse would quote the text. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function readString(fields: Fields, name: string): string {
  const value = fields.attributes[name];
  if (typeof value === "string") return value;
  throw mismatch(fields, name, "a string");
}

export function readNumber(fields: Fields, name: string): number {
  const value = fields.attributes[name];
  if (typeof value === "number") return value;
  throw mismatch(fields, name, "a number");
}

export function readBoolean(fields: Fields, name: string): boolean {
  const value = fields.attributes[name];
  if (typeof value === "boolean") return value;
  throw mismatch(fields, name, "a boolean");
}

/** One of the given words. */
export function readWord<Word extends string>(fields: Fields, name: string, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === fields.attributes[name]);
  if (word !== undefined) return word;
  throw mismatch(fields, name, words.join(" or "));
}

/** `readWord` as a reader, for `readPresent` and `readRecord`. */
export function wordOf<Word extends string>(words: readonly Word[]): Reader<Word> {
  return (fields, name) => readWord(fields, name, words);
}

/** A list of the given words. */
export function readWords<Word extends string>(fields: Fields, name: string, words: readonly Word[]): readonly Word[] {
  return readStrings(fields, name).map((text) => {
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    throw mismatch(fields, name, `a list of ${words.join(", ")}`);
  });
}

export function readMap(fields: Fields, name: string): Fields {
  const value = fields.attributes[name];
  if (isMap(value)) return inside(fields, name, value);
  throw mismatch(fields, name, "a map");
}

/** A map whose names are data, such as domains. */
export function readRecord<Value>(fields: Fields, name: string, read: Reader<Value>): Readonly<Record<string, Value>> {
  const map = readMap(fields, name);
  return Object.fromEntries(Object.keys(map.attributes).map((key) => [key, read(map, key)]));
}

export function readMaps(fields: Fields, name: string): readonly Fields[] {
  const value = fields.attributes[name];
  if (!Array.isArray(value) || !value.every(isMap)) throw mismatch(fields, name, "a list of maps");
  return value.map((attributes, index) => inside(fields, `${name}[${index}]`, attributes));
}

export function readStrings(fields: Fields, name: string): readonly string[] {
  const value = fields.attributes[name];
  if (Array.isArray(value) && value.every((element) => typeof element === "string")) return value;
  throw mismatch(fields, name, "a list of strings");
}

export function readNumbers(fields: Fields, name: string): readonly number[] {
  const value = fields.attributes[name];
  if (Array.isArray(value) && value.every((element) => typeof element === "number")) return value;
  throw mismatch(fields, name, "a list of numbers");
}

/** The elements of a DynamoDB set, sorted, because a set has no order. */
export function readStringSet(fields: Fields, name: string): readonly string[] {
  const value = fields.attributes[name];
  const elements = value instanceof Set ? [...value] : undefined;
  if (elements?.every((element) => typeof element === "string")) return elements.toSorted();
  throw mismatch(fields, name, "a set of strings");
}

/** `{ [name]: value }`, or nothing if the field is absent. */
export function optional<Name extends string, Value>(
  fields: Fields,
  name: Name,
  read: (fields: Fields, name: Name) => Value,
): { [N in Name]?: Value } {
  if (fields.attributes[name] === undefined) return {};
  const found: { [N in Name]?: Value } = {};
  found[name] = read(fields, name);
  return found;
}

/** Reads the fields that are present. The type demands a reader for each field. */
export function readPresent<Shape extends object>(
  fields: Fields,
  readers: { readonly [Name in keyof Shape]-?: Reader<Shape[Name]> },
): Partial<Shape> {
  const found: Partial<Shape> = {};
  for (const name in readers) {
    if (fields.attributes[name] !== undefined) found[name] = readers[name](fields, name);
  }
  return found;
}

export function mismatch({ name: source, path, broken }: Fields, name: string, expected: string): Error {
  return broken(`${source}: ${path}${name} is not ${expected}`);
}

function inside(fields: Fields, step: string, attributes: Attributes): Fields {
  return { ...fields, path: `${fields.path}${step}.`, attributes };
}

/** DynamoDB's sets and binary values are objects, too. */
function isMap(value: unknown): value is Attributes {
  return Object.prototype.toString.call(value) === "[object Object]";
}
