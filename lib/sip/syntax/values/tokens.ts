// Values that stay text (RFC 3261 §25.1): tokens, language tags, call identifiers, versions, free text; the lists of Privacy
// (RFC 3323 §4.2).
import { isToken } from "../characters.ts";
import { trimSpace } from "../scan.ts";
import type { Codec } from "./shape.ts";

/** A value that is kept as text; `isValid` is the only check. */
function textOf(isValid: (text: string) => boolean): Codec<string> {
  return { parse: (text) => (isValid(text) ? text : undefined), serialize: (text) => text };
}

/** Any text of one line: Subject, Organization. May be empty. */
export const prose = textOf(() => true);

/** Methods, option tags, codings (`*` is a token too), priorities. */
export const token = textOf(isToken);

const LANGUAGE_TAG = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/;

export const languageTag = textOf((text) => LANGUAGE_TAG.test(text));

/** §20.3: a tag, or `*` for all tags that no other range names. */
export const languageRange = textOf((text) => text === "*" || LANGUAGE_TAG.test(text));

const CALL_ID = /^[\w\-.!%*+`'~()<>:\\"/[\]?{}]+(?:@[\w\-.!%*+`'~()<>:\\"/[\]?{}]+)?$/;

/** §20.8 `callid`. */
export const callId = textOf((text) => CALL_ID.test(text));

/** MIME-Version (§20.24): `1.0`. */
export const mimeVersion = textOf((text) => /^\d+\.\d+$/.test(text));

/** Privacy: tokens separated by semicolons. */
export const privacy: Codec<readonly string[]> = {
  parse(text) {
    const values = text.split(";").map((value) => trimSpace(value));
    return values.every(isToken) ? values : undefined;
  },
  serialize: (values) => values.join(";"),
};
