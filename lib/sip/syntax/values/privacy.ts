// Privacy (RFC 3323 §4.2): tokens that semicolons separate.
import { isToken } from "../characters.ts";
import { trimSpace } from "../scan.ts";
import type { Codec } from "./codec.ts";

export const privacy: Codec<readonly string[]> = {
  parse(text) {
    const values = text.split(";").map((value) => trimSpace(value));
    return values.every(isToken) ? values : undefined;
  },
  serialize: (values) => values.join(";"),
};
