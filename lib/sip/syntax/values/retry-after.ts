// Retry-After (RFC 3261 §20.33): `18000 (in a meeting) ;duration=3600`.
import { type Parameters, parseParameters, serializeParameters } from "../parameters.ts";
import { trimSpace } from "../scan.ts";
import type { Codec } from "./codec.ts";
import { deltaSeconds } from "./number.ts";
import { endOfComment } from "./product.ts";

export interface RetryAfter {
  readonly seconds: number;
  /** With its parentheses. */
  readonly comment?: string;
  readonly parameters: Parameters;
}

export const retryAfter: Codec<RetryAfter> = {
  parse(text) {
    const open = text.indexOf("(");
    const semicolon = text.indexOf(";");
    const hasComment = open >= 0 && (semicolon < 0 || open < semicolon);
    const commentEnd = hasComment ? endOfComment(text, open) : open;
    if (hasComment && commentEnd < 0) return undefined;

    const headEnd = hasComment ? open : semicolon < 0 ? text.length : semicolon;
    const seconds = deltaSeconds.parse(trimSpace(text, 0, headEnd));
    const parameters = parseParameters(text, hasComment ? commentEnd : headEnd);
    if (seconds === undefined || parameters === undefined) return undefined;
    return hasComment ? { seconds, comment: text.slice(open, commentEnd), parameters } : { seconds, parameters };
  },
  serialize: ({ seconds, comment, parameters }) =>
    `${seconds}${comment === undefined ? "" : ` ${comment}`}${serializeParameters(parameters)}`,
};
