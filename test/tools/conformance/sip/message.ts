// The suite's own reader of SIP messages: tolerant, because the suite judges the messages. It never throws; a malformed
// part is an empty or odd value that a check can point at.

export interface Field {
  /** Long form in lower case. */
  readonly name: string;
  /** As it stood on the wire. */
  readonly spelling: string;
  /** Without surrounding white space, continuation lines joined by one space (RFC 3261 §7.3.1). */
  readonly value: string;
}

interface MessageParts {
  /** The whole frame. */
  readonly text: string;
  readonly startLine: string;
  readonly fields: readonly Field[];
  readonly body: string;
  /** Of the request line, or of CSeq in a response. */
  readonly method: string;
}

export interface SipRequest extends MessageParts {
  readonly kind: "request";
  readonly uri: string;
}

export interface SipResponse extends MessageParts {
  readonly kind: "response";
  readonly status: number;
  readonly reason: string;
}

export type SipMessage = SipRequest | SipResponse;

/** Undefined for a text that does not even begin like SIP. */
export function readMessage(text: string): SipMessage | undefined {
  const trimmed = text.replace(/^(?:\r\n)+/, "");
  const end = trimmed.indexOf("\r\n\r\n");
  const head = end < 0 ? trimmed : trimmed.slice(0, end);
  const body = end < 0 ? "" : trimmed.slice(end + 4);
  const [startLine = "", ...lines] = head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
  const fields = lines.map(readField);
  const parts = { text, startLine, fields, body };

  const status = /^SIP\/2\.0 (\d{3})(?: (.*))?$/is.exec(startLine); // U+2028 is part of a reason like any other
  if (status !== null) {
    const method = /^\d+\s+(\S+)$/.exec(valueIn(fields, "cseq") ?? "")?.[1] ?? "";
    return { ...parts, kind: "response", status: Number(status[1]), reason: status[2] ?? "", method };
  }
  const request = /^(\S+) (\S+) SIP\/2\.0$/i.exec(startLine);
  if (request === null) return undefined;
  return { ...parts, kind: "request", method: request[1] ?? "", uri: request[2] ?? "" };
}

function readField(line: string): Field {
  const colon = line.indexOf(":");
  if (colon < 0) return { name: "", spelling: line, value: "" };
  const spelling = line.slice(0, colon).trim();
  const lower = spelling.toLowerCase();
  return { name: COMPACT[lower] ?? lower, spelling, value: line.slice(colon + 1).trim() };
}

/** RFC 3261 §7.3.3 and the registry of header fields. */
const COMPACT: Readonly<Record<string, string>> = {
  a: "accept-contact",
  b: "referred-by",
  c: "content-type",
  d: "request-disposition",
  e: "content-encoding",
  f: "from",
  i: "call-id",
  j: "reject-contact",
  k: "supported",
  l: "content-length",
  m: "contact",
  o: "event",
  r: "refer-to",
  s: "subject",
  t: "to",
  u: "allow-events",
  v: "via",
  x: "session-expires",
};

function valueIn(fields: readonly Field[], name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value;
}

/** Value of the first field of that name; "" without such a field. */
export function valueOf(message: SipMessage, name: string): string {
  return valueIn(message.fields, name) ?? "";
}

export function hasField(message: SipMessage, name: string): boolean {
  return message.fields.some((field) => field.name === name);
}

/** One per field, in order. */
export function valuesOf(message: SipMessage, name: string): readonly string[] {
  return message.fields.filter((field) => field.name === name).map(({ value }) => value);
}

/** The elements of a list header, however they are spread over fields (§7.3.1). */
export function listOf(message: SipMessage, name: string): readonly string[] {
  return valuesOf(message, name).flatMap(splitList);
}

/** At commas outside of quotes and angle brackets. */
export function splitList(value: string): readonly string[] {
  return splitOutside(value, ",")
    .map((element) => element.trim())
    .filter((element) => element !== "");
}

/** At a separator outside of quotes and angle brackets. */
export function splitOutside(value: string, separator: string): string[] {
  const parts: string[] = [];
  let [isQuoted, isBracketed, start] = [false, false, 0];
  for (let at = 0; at < value.length; at += 1) {
    const character = value[at];
    if (isQuoted) {
      if (character === "\\") at += 1;
      else if (character === '"') isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === "<") isBracketed = true;
    else if (character === ">") isBracketed = false;
    else if (character === separator && !isBracketed) {
      parts.push(value.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, value.slice(start)];
}

export function callIdOf(message: SipMessage): string {
  return valueOf(message, "call-id");
}

/** The number of CSeq; NaN if unreadable. */
export function cseqOf(message: SipMessage): number {
  return Number.parseInt(valueOf(message, "cseq"), 10);
}

/** `INVITE`, `180 INVITE`. */
export function titleOf(message: SipMessage): string {
  return message.kind === "request" ? message.method : `${message.status} ${message.method}`;
}
