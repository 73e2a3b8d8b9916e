// Quoted strings and comma-separated lists (RFC 3261 §25.1). One pass by index, so the time grows linearly with the length.
import { BACKSLASH, COMMA, CR, LEFT_ANGLE, LF, QUOTE, RIGHT_ANGLE, SPACE, TAB } from "./characters.ts";

/** Removes the white space at both ends (§25.1 `LWS`). `trim()` would also remove characters of other scripts. */
export function trimSpace(text: string, start = 0, end = text.length): string {
  let from = start;
  let to = end;
  while (from < to && isWhiteSpace(text.charCodeAt(from))) from += 1;
  while (to > from && isWhiteSpace(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

/** A line fold counts as white space. */
function isWhiteSpace(code: number): boolean {
  return code === SPACE || code === TAB || code === CR || code === LF;
}

/** Index after the quoted string that begins at `start`; -1 if it does not end. */
export function endOfQuoted(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at + 1;
  }
  return -1;
}

/** The content of a quoted string with its escapes resolved; other text is unchanged. */
export function unquote(text: string): string {
  if (text.charCodeAt(0) !== QUOTE || endOfQuoted(text, 0) !== text.length) return text;
  const inner = text.slice(1, -1);
  return inner.includes("\\") ? inner.replace(/\\([\s\S])/g, "$1") : inner;
}

/** A quoted string with this content. */
export function quote(content: string): string {
  return `"${content.replace(/["\\]/g, "\\$&")}"`;
}

/** The trimmed elements of a comma-separated header; commas within quotes or angle brackets do not separate. */
export function splitList(value: string): string[] {
  if (!value.includes(",")) return [value];
  const elements: string[] = [];
  let start = 0;
  let inBrackets = false;
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (code === QUOTE && !inBrackets) {
      const end = endOfQuoted(value, at);
      if (end < 0) break;
      at = end - 1;
    } else if (code === LEFT_ANGLE) inBrackets = true;
    else if (code === RIGHT_ANGLE) inBrackets = false;
    else if (code === COMMA && !inBrackets) {
      elements.push(trimSpace(value, start, at));
      start = at + 1;
    }
  }
  elements.push(trimSpace(value, start));
  return elements;
}
