// Values that stay text (RFC 3261 §25.1): tokens, tags of languages, call identifiers, and prose.
import { isToken } from "../characters.ts";
import { textOf } from "./codec.ts";

/** Anything on one line: Subject, Organization. May be empty. */
export const prose = textOf(() => true);

/** Methods, option tags, codings (`*` is a token too), priorities. */
export const token = textOf(isToken);

const LANGUAGE_TAG = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/;

export const languageTag = textOf((text) => LANGUAGE_TAG.test(text));

/** §20.3: a tag, or `*` for all that no other range names. */
export const languageRange = textOf((text) => text === "*" || LANGUAGE_TAG.test(text));

const CALL_ID = /^[\w\-.!%*+`'~()<>:\\"/[\]?{}]+(?:@[\w\-.!%*+`'~()<>:\\"/[\]?{}]+)?$/;

/** §20.8 `callid`. */
export const callId = textOf((text) => CALL_ID.test(text));
