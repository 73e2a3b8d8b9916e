// JSON from outside, read with checks.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Parses text. Throws SyntaxError. */
export function parseJson(text: string): Json {
  const value: unknown = JSON.parse(text);
  if (!isJson(value)) throw new SyntaxError("not JSON");
  return value;
}

/** Parses text that should hold an object; anything else is undefined. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** True for a JSON object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object under `key`, or an empty one. */
export function objectAt(value: Json | undefined, key: string): JsonObject {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
}

/** The items under `key`, or an empty list. */
export function listAt(value: Json | undefined, key: string): readonly Json[] {
  const found = isObject(value) ? value[key] : undefined;
  return Array.isArray(found) ? (found satisfies readonly Json[]) : [];
}

/** The text under `key`, or undefined; a number or boolean becomes text. */
export function textAt(value: Json | undefined, key: string): string | undefined {
  const found = isObject(value) ? value[key] : undefined;
  return found === undefined || found === null || typeof found === "object" ? undefined : String(found);
}

/** The number under `key`, which may also be written as text, or `otherwise`. */
export function numberAt(value: Json | undefined, key: string, otherwise: number): number {
  const text = textAt(value, key);
  return text === undefined ? otherwise : Number(text);
}

/** Every value that JSON.parse returns is JSON; this narrows the type. */
function isJson(value: unknown): value is Json {
  return value !== undefined;
}
