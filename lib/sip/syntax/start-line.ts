// The start line (RFC 3261 §7.1, §7.2). The usual form is recognized by a fast path; any other form takes a slower one that
// names the problem.
import { CASE, endOf, isToken, numberAt, SPACE, TOKEN } from "./characters.ts";

export type StartLine =
  | { readonly kind: "request"; readonly method: string; readonly uri: string }
  | { readonly kind: "response"; readonly status: number; readonly reason: string };

/** Recognized, but refused. */
export interface FaultyStartLine {
  readonly kind: "faulty";
  readonly line: StartLine;
  readonly status: 400 | 505;
  readonly reason: string;
}

const REQUEST_END = " SIP/2.0";
const RESPONSE_START = "SIP/2.0 ";

/**
 * Reads the line `text.slice(start, end)`; undefined if it does not look like SIP. The Request-URI is any word that begins
 * with a letter; `readEssentials` checks the rest of it.
 */
export function parseStartLine(text: string, start: number, end: number): StartLine | FaultyStartLine | undefined {
  const methodEnd = endOf(TOKEN, text, start, end);
  if (text.charCodeAt(methodEnd) === SPACE && methodEnd > start) {
    const uriEnd = end - REQUEST_END.length;
    const isUsual =
      text.indexOf(" ", methodEnd + 1) === uriEnd &&
      isLetter(text.charCodeAt(methodEnd + 1)) &&
      text.slice(uriEnd, end) === REQUEST_END;
    if (isUsual)
      return { kind: "request", method: text.slice(start, methodEnd), uri: text.slice(methodEnd + 1, uriEnd) };
  } else if (text.slice(start, start + RESPONSE_START.length) === RESPONSE_START) {
    return parseStatus(text, start + RESPONSE_START.length, end);
  }
  return parseUnusual(text.slice(start, end));
}

/** A URI begins with a scheme, and a scheme with a letter. */
function isLetter(code: number): boolean {
  return (code | CASE) >= SMALL_A && (code | CASE) <= SMALL_Z;
}

const SMALL_A = 97;
const SMALL_Z = 122;

/** `Status-Code SP Reason-Phrase`; some clients omit the space before an empty reason. */
function parseStatus(text: string, start: number, end: number): StartLine | undefined {
  const status = numberAt(text, start, start + 3);
  if (status === undefined || status < 100 || status > 699) return undefined;
  if (end > start + 3 && text.charCodeAt(start + 3) !== SPACE) return undefined;
  const reason = text.slice(start + 4, end);
  return reason.includes("\0") ? undefined : { kind: "response", status, reason };
}

const VERSION = /^SIP\/\d+\.\d+$/i;
const WRONG_VERSION = { status: 505, reason: "Version Not Supported" } as const;

function parseUnusual(line: string): StartLine | FaultyStartLine | undefined {
  const space = line.indexOf(" ");
  const first = line.slice(0, Math.max(space, 0));
  const rest = line.slice(space + 1);
  if (!VERSION.test(first)) return parseUnusualRequest(first, rest);
  const status = parseStatus(rest, 0, rest.length);
  return status === undefined || isOurVersion(first) ? status : { kind: "faulty", line: status, ...WRONG_VERSION };
}

function parseUnusualRequest(method: string, rest: string): StartLine | FaultyStartLine | undefined {
  const words = rest.trim();
  const last = words.lastIndexOf(" ");
  const version = words.slice(last + 1);
  if (!isToken(method) || !VERSION.test(version)) return undefined;

  const line: StartLine = { kind: "request", method, uri: words.slice(0, Math.max(last, 0)) };
  if (!isOurVersion(version)) return { kind: "faulty", line, ...WRONG_VERSION };
  const isRight = words.length === rest.length && isLetter(line.uri.charCodeAt(0)) && !line.uri.includes(" ");
  return isRight ? line : { kind: "faulty", line, status: 400, reason: "Malformed Request-Line" };
}

/** §7.1: the version is case-insensitive. */
function isOurVersion(version: string): boolean {
  return version.toUpperCase() === "SIP/2.0";
}
