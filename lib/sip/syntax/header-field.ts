// A header field (RFC 3261 §7.3). It points into a text instead of copying from it, and is decoded on request, because most
// fields are only forwarded.
import { COLON, isSpace, isToken, lowerCase, numberAt, SPACE, skipSpace, skipSpaceBack } from "./characters.ts";
import { type HeaderName, isOurSpelling, nameAt, spells } from "./header-name.ts";
import { trimSpace } from "./scan.ts";

/** A field with its continuation lines is `source.slice(start, end)`; its line end follows in `source`. */
export class HeaderField {
  readonly source: string;
  readonly start: number;
  readonly end: number;
  #name: HeaderName | undefined;

  constructor(source: string, start: number, end: number) {
    this.source = source;
    this.start = start;
    this.end = end;
  }

  /** Index of the colon after the name; the end of the field if it has none. */
  get colon(): number {
    const at = this.source.indexOf(":", this.start);
    return at < 0 || at > this.end ? this.end : at;
  }

  /** Canonical name; empty if the field does not begin with a token and a colon (§25.1). */
  get name(): HeaderName {
    if (this.#name === undefined) {
      const { source, start, colon, end } = this;
      const name = colon === end ? undefined : nameAt(source, start, skipSpaceBack(source, start, colon));
      this.#name = name ?? "";
    }
    return this.#name;
  }

  /** Whether the field has this name. Comparison stops at the first different letter. */
  is(name: HeaderName): boolean {
    if (this.#name !== undefined) return this.#name === name;
    const { source, start } = this;
    if (lowerCase(source.charCodeAt(start)) === name.charCodeAt(0) && spells(name, source, start)) {
      if (!isBeforeColon(source, start + name.length, this.end)) return false;
      this.#name = name;
      return true;
    }
    // A compact form has one letter.
    const second = source.charCodeAt(start + 1);
    return (second === COLON || isSpace(second)) && this.name === name;
  }
}

/** HCOLON (§25.1) allows white space before the colon. */
function isBeforeColon(source: string, at: number, end: number): boolean {
  const code = source.charCodeAt(at);
  return code === COLON || (isSpace(code) && source.charCodeAt(skipSpace(source, at, end)) === COLON);
}

/** A new field. Throws for a value of several lines, which would inject further fields: the caller has to prevent that. */
export function field(spelling: string, value: string | number): HeaderField {
  if (!isName(spelling) || (typeof value === "string" && !isOneLine(value))) {
    throw new TypeError(`not a header field: ${JSON.stringify(spelling)} with ${String(value).length} characters`);
  }
  const source = `${spelling}: ${value}\r\n`;
  return new HeaderField(source, 0, source.length - 2);
}

function isName(spelling: string): boolean {
  return isOurSpelling(spelling) || isToken(spelling);
}

function isOneLine(value: string): boolean {
  return !value.includes("\r") && !value.includes("\n");
}

/** The name as it was written. */
export function spellingOf({ source, start, colon }: HeaderField): string {
  return source.slice(start, skipSpaceBack(source, start, colon));
}

/** The trimmed value; a continuation line becomes one space (§7.3.1). */
export function valueOf({ source, colon, end }: HeaderField): string {
  const value = trimSpace(source, colon + 1, end);
  return value.includes("\r") ? unfolded(value) : value;
}

function unfolded(value: string): string {
  return value
    .split("\r\n")
    .map((line) => trimSpace(line))
    .join(" ");
}

/** The value as a number of at most nine digits. */
export function numberOf(field: HeaderField): number | undefined {
  const { source, colon, end } = field;
  const plain = numberAt(source, colon + (source.charCodeAt(colon + 1) === SPACE ? 2 : 1), end);
  if (plain !== undefined) return plain;
  const value = valueOf(field);
  return numberAt(value, 0, value.length);
}
