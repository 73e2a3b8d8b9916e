// Changing a message on its way, as a server with a fault would.
import { readMessage, type SipMessage, type SipRequest, type SipResponse, splitList, valueOf } from "../sip/message.ts";

/** Undefined unless the text is a request, of one of these methods if any are named. */
export function asRequest(text: string, ...methods: readonly string[]): SipRequest | undefined {
  const message = readMessage(text);
  if (message?.kind !== "request") return undefined;
  return methods.length === 0 || methods.includes(message.method) ? message : undefined;
}

/** Undefined unless the text is a response, to one of these methods if any are named. */
export function asResponse(text: string, ...methods: readonly string[]): SipResponse | undefined {
  const message = readMessage(text);
  if (message?.kind !== "response") return undefined;
  return methods.length === 0 || methods.includes(message.method) ? message : undefined;
}

interface Parts {
  readonly start: string;
  /** Header lines, continuation lines still in them. */
  readonly lines: readonly string[];
  readonly body: string;
}

export function partsOf(text: string): Parts {
  const trimmed = text.replace(/^(?:\r\n)+/, "");
  const end = trimmed.indexOf("\r\n\r\n");
  const head = end < 0 ? trimmed : trimmed.slice(0, end);
  const [start = "", ...lines] = head.split(/\r\n(?![ \t])/);
  return { start, lines, body: end < 0 ? "" : trimmed.slice(end + 4) };
}

/** The header lines as they stand. */
export function headOf(text: string): string {
  return partsOf(text).lines.join("\r\n");
}

export function joinParts({ start, lines, body }: Parts): string {
  return [start, ...lines, "", body].join("\r\n");
}

const COMPACT: Readonly<Record<string, string>> = {
  v: "via",
  f: "from",
  t: "to",
  i: "call-id",
  m: "contact",
  l: "content-length",
  k: "supported",
};

export function nameOf(line: string): string {
  const name = line.slice(0, line.indexOf(":")).trim().toLowerCase();
  return COMPACT[name] ?? name;
}

/** Each header line becomes another, several, or none. */
export function mapLines(text: string, change: (line: string, name: string) => string | readonly string[]): string {
  const parts = partsOf(text);
  return joinParts({ ...parts, lines: parts.lines.flatMap((line) => change(line, nameOf(line))) });
}

export function withoutHeader(text: string, ...names: readonly string[]): string {
  return mapLines(text, (line, name) => (names.includes(name) ? [] : line));
}

/** At the end of the head. */
export function withHeader(text: string, ...added: readonly string[]): string {
  const parts = partsOf(text);
  return joinParts({ ...parts, lines: [...parts.lines, ...added] });
}

/** Changes the value of every header of that name. */
export function mapHeader(text: string, wanted: string, change: (value: string) => string): string {
  return mapLines(text, (line, name) => {
    if (name !== wanted) return line;
    const colon = line.indexOf(":");
    return `${line.slice(0, colon)}: ${change(line.slice(colon + 1).trim())}`;
  });
}

export function mapStart(text: string, change: (start: string) => string): string {
  const parts = partsOf(text);
  return joinParts({ ...parts, start: change(parts.start) });
}

export function withUri(text: string, uri: string): string {
  return mapStart(text, (start) => start.replace(/^(\S+) \S+ /, `$1 ${uri} `));
}

export function withStatus(text: string, status: number, reason = "Faulty"): string {
  return mapStart(text, () => `SIP/2.0 ${status} ${reason}`);
}

export function withBody(text: string, body: string): string {
  const changed = joinParts({ ...partsOf(text), body });
  return mapHeader(changed, "content-length", () => String(Buffer.byteLength(body)));
}

export function mapBody(text: string, change: (body: string) => string): string {
  return withBody(text, change(partsOf(text).body));
}

/** Replaces the elements of a list header, all in one line. */
export function withList(
  text: string,
  wanted: string,
  change: (elements: readonly string[]) => readonly string[],
): string {
  const message = readMessage(text);
  const elements = message === undefined ? [] : listIn(message, wanted);
  const changed = change(elements);
  const spelling = wanted.replace(/(^|-)([a-z])/g, (_all, dash: string, letter: string) => dash + letter.toUpperCase());
  let isDone = changed.length === 0;
  const replaced = mapLines(text, (line, name) => {
    if (name !== wanted) return line;
    if (isDone) return [];
    isDone = true;
    return `${spelling}: ${changed.join(", ")}`;
  });
  return isDone ? replaced : withHeader(replaced, `${spelling}: ${changed.join(", ")}`);
}

function listIn(message: SipMessage, wanted: string): readonly string[] {
  return message.fields.filter(({ name }) => name === wanted).flatMap(({ value }) => splitList(value));
}

/** An answer of the faulty server itself. */
export function answer(request: SipRequest, status: number, ...lines: readonly string[]): string {
  const to = valueOf(request, "to");
  return [
    `SIP/2.0 ${status} Faulty`,
    ...request.fields.filter(({ name }) => name === "via").map(({ value }) => `Via: ${value}`),
    `From: ${valueOf(request, "from")}`,
    `To: ${to.includes(";tag=") || status === 100 ? to : `${to};tag=faulty`}`,
    `Call-ID: ${valueOf(request, "call-id")}`,
    `CSeq: ${valueOf(request, "cseq")}`,
    ...lines,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

/** Takes the topmost Via off, as a proxy does with a response. */
export function popVia(text: string): string {
  return withList(text, "via", (vias) => vias.slice(1));
}
