// Text to message (RFC 3261 §7, RFC 7118 §5): one WebSocket message is one SIP message. Only the lines are found here;
// headers are decoded on request. Any text gives a value, never an exception; the time grows linearly with the length.
import { type OctetLength, takeBody, utf8Length } from "./body.ts";
import { CASE, CR, LF } from "./characters.ts";
import { HeaderField, numberOf } from "./header-field.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { endOfFolds, isFolded, isLineEnd } from "./lines.ts";
import type { SipMessage } from "./message.ts";
import { parseStartLine, type StartLine } from "./start-line.ts";

export type { OctetLength } from "./body.ts";

/** The reason why a text is refused. */
export interface SyntaxProblem {
  readonly status: 400 | 505 | 513;
  /** The reason phrase of the response: names the place without quoting the text. */
  readonly reason: string;
  /** The readable part, for the response; absent if the text does not look like SIP. */
  readonly message?: SipMessage;
}

export type Parsed =
  | { readonly ok: true; readonly message: SipMessage }
  | { readonly ok: false; readonly problem: SyntaxProblem };

/**
 * Finds the lines of a message. `readEssentials`, which is called next, checks that each line is a header field. `octets` is
 * for texts that were not UTF-8 on the wire.
 */
export function parseMessage(text: string, limits: Limits = defaultLimits, octets: OctetLength = utf8Length): Parsed {
  if (text.length > limits.messageLength) return refuse(513, "Message Too Large");

  const start = skipLineBreaks(text);
  const end = text.indexOf("\r", start);
  if (!isLineEnd(text, start, end)) return refuse(400, "Malformed Line End");
  const line = parseStartLine(text, start, end);
  if (line === undefined) return refuse(400, "Malformed Start Line");

  const fields: HeaderField[] = [];
  const header = readHeader(text, end + 2, limits, fields);
  if (line.kind === "faulty") return refuse(line.status, line.reason, withParts(line.line, fields, ""));
  if (header.problem !== undefined) return refuse(400, header.problem, withParts(line, fields, ""));

  const rest = text.slice(header.bodyStart);
  if (header.contentLength === undefined) return { ok: true, message: withParts(line, fields, rest) };
  const taken = takeBody(rest, header.contentLength, octets);
  if (!taken.ok) return refuse(400, taken.reason, withParts(line, fields, ""));
  return { ok: true, message: withParts(line, fields, taken.body) };
}

function refuse(status: SyntaxProblem["status"], reason: string, message?: SipMessage): Parsed {
  return { ok: false, problem: { status, reason, ...(message && { message }) } };
}

function withParts(line: StartLine, fields: readonly HeaderField[], body: string): SipMessage {
  return line.kind === "request"
    ? { kind: "request", method: line.method, uri: line.uri, fields, body }
    : { kind: "response", status: line.status, reason: line.reason, fields, body };
}

/** §7.5: line ends before the start line are ignored. */
function skipLineBreaks(text: string): number {
  let at = 0;
  while (text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF) at += 2;
  return at;
}

interface Header {
  readonly problem?: string | undefined;
  readonly bodyStart: number;
  /** Octets. */
  readonly contentLength: number | undefined;
}

/** Fills `fields` with the lines between the start line and the empty line. */
function readHeader(text: string, from: number, limits: Limits, fields: HeaderField[]): Header {
  let contentLength: number | undefined;
  let problem: string | undefined;
  let start = from;
  for (;;) {
    const cr = text.indexOf("\r", start);
    if (!isLineEnd(text, start, cr)) return faulty("Malformed Line End");
    if (cr === start) break;
    const end = isFolded(text, cr) ? endOfFolds(text, cr) : cr;
    if (end < 0) return faulty("Malformed Line End");

    if (end - start > limits.headerLength) {
      problem = "Header Field Too Long"; // the response needs the fields after it
      start = end + 2;
      continue;
    }
    if (fields.length >= limits.headerCount) return faulty("Too Many Header Fields");
    const field = new HeaderField(text, start, end);
    fields.push(field);
    if (mayBeContentLength(text, start) && field.is("content-length")) {
      const octets = numberOf(field);
      // RFC 4475 §3.3.9: several are accepted if they agree.
      if (octets === undefined || octets !== (contentLength ?? octets)) return faulty("Malformed Content-Length");
      contentLength = octets;
    }
    start = end + 2;
  }
  return { problem, bodyStart: start + 2, contentLength };
}

function faulty(problem: string): Header {
  return { problem, bodyStart: 0, contentLength: undefined };
}

const SMALL_C = 99;
const SMALL_L = 108;

/** Two letters exclude almost all other fields: the compact form's, or those of `C…` and `Content-L…`. */
function mayBeContentLength(text: string, start: number): boolean {
  const letter = text.charCodeAt(start) | CASE;
  return letter === SMALL_L || (letter === SMALL_C && (text.charCodeAt(start + 8) | CASE) === SMALL_L);
}
