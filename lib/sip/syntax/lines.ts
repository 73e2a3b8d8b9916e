// Line ends (RFC 3261 §7, §7.3.1). Only CRLF ends a line. A CR or LF alone is an error, because the next element may take it
// for a line end and find a header that was not seen here.
import { SPACE, TAB } from "./characters.ts";

/** Whether the CR found first from `start` belongs to a CRLF, and no LF stands alone before it. */
export function isLineEnd(text: string, start: number, cr: number): boolean {
  return cr >= 0 && text.indexOf("\n", start) === cr + 1;
}

/** Whether the line after the CRLF at `end` begins with white space and so continues the field before it. */
export function isFolded(text: string, end: number): boolean {
  const next = text.charCodeAt(end + 2);
  return next === SPACE || next === TAB;
}

/** Index of the CRLF after the last continuation line, given that of the first line; -1 if the text ends before it. */
export function endOfFolds(text: string, end: number): number {
  let last = end;
  while (isFolded(text, last)) {
    const start = last + 2;
    last = text.indexOf("\r", start);
    if (!isLineEnd(text, start, last)) return -1;
  }
  return last;
}
