// A value with parameters: media types, dispositions, reasons, events (RFC 3261 §20.11, §20.15; RFC 3326, RFC 6665), and
// preferences, which have a parameter `q` (Accept and the like, §20.1).
import { type Parameters, parameter, parseParameters, serializeParameters } from "../parameters.ts";
import { trimSpace } from "../scan.ts";
import type { Codec } from "./shape.ts";
import { token } from "./tokens.ts";

export interface Parameterized<T = string> {
  readonly value: T;
  readonly parameters: Parameters;
}

export function parameterized<T>(codec: Codec<T>): Codec<Parameterized<T>> {
  return {
    parse(text) {
      const semicolon = text.indexOf(";");
      const head = semicolon < 0 ? text : trimSpace(text, 0, semicolon);
      const value = codec.parse(head);
      const parameters = semicolon < 0 ? [] : parseParameters(text, semicolon);
      return value === undefined || parameters === undefined ? undefined : { value, parameters };
    },
    serialize: ({ value, parameters }) => codec.serialize(value) + serializeParameters(parameters),
  };
}

/** `type/subtype`, or a range such as `text/*`, since `*` is a token (§20.1, §20.15). */
export const mediaType: Codec<string> = {
  parse(text) {
    const slash = text.indexOf("/");
    if (slash < 0) return undefined;
    const type = token.parse(trimSpace(text, 0, slash));
    const subtype = token.parse(trimSpace(text, slash + 1));
    return type === undefined || subtype === undefined ? undefined : `${type}/${subtype}`;
  },
  serialize: (text) => text,
};

/** The grammar wants a digit before the point and at most three after it; phones write `.5` and `0.3333` too. */
const QVALUE = /^(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})$/;

/** §20.1: preference from 0 to 1, 1 by default; undefined if `q` is malformed. */
export function preference({ parameters }: { readonly parameters: Parameters }): number | undefined {
  const q = parameter(parameters, "q") ?? "1";
  return QVALUE.test(q) && Number(q) <= 1 ? Number(q) : undefined;
}
