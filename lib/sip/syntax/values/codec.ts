/** Text of one value to data and back. `parse` takes the value without white space around it; undefined if malformed. */
export interface Codec<T> {
  readonly parse: (text: string) => T | undefined;
  readonly serialize: (value: T) => string;
}

/** For values that are what they say: `isValid` alone decides. */
export function textOf(isValid: (text: string) => boolean): Codec<string> {
  return { parse: (text) => (isValid(text) ? text : undefined), serialize: (text) => text };
}
