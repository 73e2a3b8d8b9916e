// Text to message (RFC 3261 §7, RFC 7118 §5): one WebSocket message is one SIP message. Only the lines are found here;
// a header is decoded when somebody asks. Any text in, a value out, never a throw; time grows with the length only.
import { canonicalName, isToken } from "./header-name.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { type HeaderField, type SipMessage, valueOf } from "./message.ts";

/** Why a text is no message we can work with. */
export interface SyntaxProblem {
  readonly status: 400 | 505 | 513;
  /** For the reason phrase of the answer: names the place, quotes nothing. */
  readonly reason: string;
  /** What could be read, enough to answer it; absent if the text does not even look like SIP. */
  readonly message?: SipMessage;
}

export type Parsed =
  | { readonly ok: true; readonly message: SipMessage }
  | { readonly ok: false; readonly problem: SyntaxProblem };

/** Octets of a text as it travels; a WebSocket text message is UTF-8. */
export type OctetLength = (text: string) => number;

const utf8Length: OctetLength = (text) => Buffer.byteLength(text);

/** `octets` is for texts that were not UTF-8 on the wire. */
export function parseMessage(text: string, limits: Limits = defaultLimits, octets: OctetLength = utf8Length): Parsed {
  if (text.length > limits.messageLength) return refuse(513, "Message Too Large");

  const start = skipLineBreaks(text);
  const firstEnd = text.indexOf("\r\n", start);
  if (firstEnd < 0) return refuse(400, "Missing Line End");

  const startLine = parseStartLine(text.slice(start, firstEnd));
  if (startLine === undefined) return refuse(400, "Malformed Start Line");

  const fields: HeaderField[] = [];
  const bodyStart = findFields(text, firstEnd + 2, limits, fields);
  const whole: SipMessage = { ...startLine.line, fields, body: "" };
  if (typeof bodyStart === "string") return refuse(400, bodyStart, whole);
  if (startLine.problem !== undefined) return refuse(startLine.problem.status, startLine.problem.reason, whole);

  const body = takeBody(text.slice(bodyStart), fields, octets);
  if ("reason" in body) return refuse(400, body.reason, whole);
  return { ok: true, message: { ...startLine.line, fields, body: body.text } };
}

function refuse(status: SyntaxProblem["status"], reason: string, message?: SipMessage): Parsed {
  return { ok: false, problem: { status, reason, ...(message && { message }) } };
}

/** §7.5: line ends before the start line are no part of the message. */
function skipLineBreaks(text: string): number {
  let at = 0;
  while (text.startsWith("\r\n", at)) at += 2;
  return at;
}

type StartLine =
  | { readonly kind: "request"; readonly method: string; readonly uri: string }
  | { readonly kind: "response"; readonly status: number; readonly reason: string };

interface ReadStartLine {
  readonly line: StartLine;
  readonly problem?: { readonly status: 400 | 505; readonly reason: string };
}

const VERSION = /^SIP\/\d+\.\d+$/i;
const BREAK_OR_NUL = /[\r\n\0]/;

/** §7.1 and §7.2. Undefined if this was never meant to be SIP. */
function parseStartLine(line: string): ReadStartLine | undefined {
  const first = line.indexOf(" ");
  if (first < 0 || BREAK_OR_NUL.test(line)) return undefined;
  const head = line.slice(0, first);
  return VERSION.test(head)
    ? parseStatusLine(head, line.slice(first + 1))
    : parseRequestLine(head, line.slice(first + 1));
}

function parseStatusLine(version: string, rest: string): ReadStartLine | undefined {
  const code = rest.slice(0, 3);
  const status = /^[1-6]\d\d$/.test(code) ? Number(code) : 0;
  if (status === 0 || (rest.length > 3 && rest[3] !== " ")) return undefined;
  const line = { kind: "response", status, reason: rest.slice(4) } as const;
  return isOurVersion(version) ? { line } : { line, problem: { status: 505, reason: "Version Not Supported" } };
}

function parseRequestLine(method: string, rest: string): ReadStartLine | undefined {
  const words = rest.trim();
  const last = words.lastIndexOf(" ");
  const version = words.slice(last + 1);
  if (!isToken(method) || !VERSION.test(version)) return undefined;
  const line = { kind: "request", method, uri: words.slice(0, Math.max(last, 0)) } as const;

  if (!isOurVersion(version)) return { line, problem: { status: 505, reason: "Version Not Supported" } };
  if (words.length !== rest.length || line.uri === "" || /[\s<>"]/.test(line.uri)) {
    return { line, problem: { status: 400, reason: "Malformed Request-Line" } };
  }
  return { line };
}

function isOurVersion(version: string): boolean {
  return version === "SIP/2.0" || version.toUpperCase() === "SIP/2.0";
}

const SPACE = 32;
const TAB = 9;
const LF = 10;

/** Fills `fields` from the header lines; the result is where the body starts, or what is wrong. */
function findFields(text: string, from: number, limits: Limits, fields: HeaderField[]): number | string {
  let start = from;
  for (;;) {
    let end = lineEnd(text, start);
    if (end < 0) return "Malformed Line End";
    if (end === start) return hasLooseNul(text, from, end) ? "NUL in Header Field" : end + 2;

    let next = text.charCodeAt(end + 2);
    while (next === SPACE || next === TAB) {
      end = lineEnd(text, end + 2);
      if (end < 0) return "Malformed Line End";
      next = text.charCodeAt(end + 2);
    }

    const problem = addField(text, start, end, limits, fields);
    if (problem !== undefined) return problem;
    start = end + 2;
  }
}

/** Position of the CRLF that ends this line; -1 if a CR or an LF stands alone before it, or none comes. */
function lineEnd(text: string, start: number): number {
  const cr = text.indexOf("\r", start);
  if (cr < 0 || text.charCodeAt(cr + 1) !== LF) return -1;
  return text.indexOf("\n", start) === cr + 1 ? cr : -1;
}

function addField(text: string, start: number, end: number, limits: Limits, fields: HeaderField[]): string | undefined {
  if (end - start > limits.headerLength) return "Header Field Too Long";
  if (fields.length >= limits.headerCount) return "Too Many Header Fields";

  const colon = text.indexOf(":", start);
  if (colon < 0 || colon >= end) return "Header Field Without Colon";
  let nameEnd = colon;
  let before = text.charCodeAt(nameEnd - 1);
  while (nameEnd > start && (before === SPACE || before === TAB)) {
    nameEnd -= 1;
    before = text.charCodeAt(nameEnd - 1);
  }
  const name = canonicalName(text.slice(start, nameEnd));
  if (name === undefined) return "Malformed Header Name";
  fields.push({ name, source: text, start, colon, end });
  return undefined;
}

/** §25.1: a NUL is legal only as the second half of a quoted-pair. */
function hasLooseNul(text: string, from: number, to: number): boolean {
  for (let at = text.indexOf("\0", from); at >= 0 && at < to; at = text.indexOf("\0", at + 1)) {
    if (text[at - 1] !== "\\") return true;
  }
  return false;
}

/**
 * §18.3 as for datagrams, since a WebSocket message has an end of its own: more octets than announced are cut off, fewer
 * are an error. RFC 7118 §5 makes Content-Length optional.
 */
function takeBody(
  body: string,
  fields: readonly HeaderField[],
  octets: OctetLength,
): { readonly text: string } | { readonly reason: string } {
  const announced = new Set<string>();
  for (const field of fields) if (field.name === "content-length") announced.add(valueOf(field));
  if (announced.size === 0) return { text: body };

  const [value = ""] = announced;
  if (announced.size > 1 || !/^\d{1,9}$/.test(value)) return { reason: "Malformed Content-Length" };
  const length = Number(value);
  const present = octets(body);
  if (present === length) return { text: body };
  if (present < length) return { reason: "Content-Length Exceeds Body" };
  return cut(body, length, octets);
}

/** The first `length` octets, if they end between two characters. */
function cut(
  body: string,
  length: number,
  octets: OctetLength,
): { readonly text: string } | { readonly reason: string } {
  let low = 0;
  let high = Math.min(length, body.length);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (octets(body.slice(0, middle)) <= length) low = middle;
    else high = middle - 1;
  }
  const text = body.slice(0, low);
  const isWhole = octets(text) === length && !splitsPair(body, low);
  return isWhole ? { text } : { reason: "Content-Length Splits a Character" };
}

/** Half of a surrogate pair counts three octets by itself, and is no character. */
function splitsPair(text: string, at: number): boolean {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
