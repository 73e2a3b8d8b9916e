// Character classes (RFC 3261 §25.1) as bits of one table, and scans over them. A scan visits each character once, so its
// time grows linearly.

/** `token`: methods, header and parameter names, option tags. */
export const TOKEN = 1;
/** A parameter value without quotes: a token, a host, and further characters that clients send without quotes. */
export const VALUE = 2;
/** The parts of a SIP URI, apart from their escapes. */
export const USER = 4;
export const PASSWORD = 8;
export const URI_PARAMETER = 16;
export const URI_HEADER = 32;
/** Host names and IPv4 addresses. The grammar has no underscore, but many host names contain one. */
export const HOST = 64;
export const HEXADECIMAL = 128;
/** Characters of a URI of any scheme (RFC 3986 §2): visible ones except quotes and angle brackets. */
export const URI = 256;
export const DIGIT = 512;

const classes = new Uint16Array(128);
const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const UNRESERVED = `${ALPHANUMERIC}-_.!~*'()`;

function add(kind: number, characters: string): void {
  for (const character of characters) {
    const code = character.charCodeAt(0);
    classes[code] = (classes[code] ?? 0) | kind;
  }
}
add(TOKEN, `${ALPHANUMERIC}-.!%*_+\`'~`);
add(VALUE, `${ALPHANUMERIC}-.!%*_+\`'~:[]/@&$#^|`);
add(USER, `${UNRESERVED}&=+$,;?/`);
add(PASSWORD, `${UNRESERVED}&=+$,`);
add(URI_PARAMETER, `${UNRESERVED}[]/:&+$`);
add(URI_HEADER, `${UNRESERVED}[]/?:+$&=`);
add(HOST, `${ALPHANUMERIC}-._`);
add(HEXADECIMAL, "0123456789ABCDEFabcdef");
add(DIGIT, "0123456789");
add(URI, `${UNRESERVED}%:/?#[]@$&+,;=\\^\`{|}`);

/** The bit that distinguishes lower from upper case. */
export const CASE = 32;

export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const QUOTE = 34;
export const COMMA = 44;
export const HYPHEN = 45;
export const DOT = 46;
export const COLON = 58;
export const SEMICOLON = 59;
export const LEFT_ANGLE = 60;
export const EQUALS = 61;
export const RIGHT_ANGLE = 62;
export const LEFT_BRACKET = 91;
export const BACKSLASH = 92;

const PERCENT = 37;
const ZERO = 48;
const UPPER_A = 65;
const UPPER_Z = 90;

/** Whether the character with this code belongs to the class. */
export function isOf(kind: number, code: number): boolean {
  return code < 128 && ((classes[code] ?? 0) & kind) !== 0;
}

/** The code of the letter in lower case; other codes are unchanged. */
export function lowerCase(code: number): number {
  return code >= UPPER_A && code <= UPPER_Z ? code + 32 : code;
}

/** Index of the first character from `start` that does not belong to the class, at most `end`. */
export function endOf(kind: number, text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isOf(kind, text.charCodeAt(at))) at += 1;
  return at;
}

/** The same for a class with escapes: `%` and two hexadecimal digits (§19.1.2). */
export function endOfEscaped(kind: number, text: string, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === PERCENT) {
      if (at + 2 >= end || endOf(HEXADECIMAL, text, at + 1, at + 3) < at + 3) return at;
      at += 3;
    } else if (isOf(kind, code)) at += 1;
    else return at;
  }
  return at;
}

/** Index of the first character from `start` that is neither space nor tab. */
export function skipSpace(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** Index after the last character before `end` that is neither space nor tab. */
export function skipSpaceBack(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

/** Space or tab. */
export function isSpace(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** §25.1 `token`. */
export function isToken(text: string): boolean {
  return text !== "" && endOf(TOKEN, text, 0, text.length) === text.length;
}

/** The number written in the digits from `start` to `end`: one to nine digits. */
export function numberAt(text: string, start: number, end: number): number | undefined {
  if (end <= start || end - start > 9) return undefined;
  let number = 0;
  for (let at = start; at < end; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    number = number * 10 + digit;
  }
  return number;
}
