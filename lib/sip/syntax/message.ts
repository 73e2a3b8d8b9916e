// A SIP message (RFC 3261 §7) is a start line, header fields that still point into the received text, and a body.
// Nothing here is ever changed in place: a `with…` verb returns a new message that shares all it did not touch.
import { canonicalName, type HeaderName } from "./header-name.ts";
import { trimSpace } from "./scan.ts";

/** One header field with its continuation lines: `source.slice(start, end)`, without the line end. */
export interface HeaderField {
  readonly name: HeaderName;
  readonly source: string;
  readonly start: number;
  readonly colon: number;
  readonly end: number;
}

interface MessageParts {
  readonly fields: readonly HeaderField[];
  readonly body: string;
}

export interface SipRequest extends MessageParts {
  readonly kind: "request";
  readonly method: string;
  /** The Request-URI as written. */
  readonly uri: string;
}

export interface SipResponse extends MessageParts {
  readonly kind: "response";
  readonly status: number;
  readonly reason: string;
}

export type SipMessage = SipRequest | SipResponse;

/** A field of our own. Its value must be one line: anything else would forge further fields, and is a bug of ours. */
export function field(spelling: string, value: string | number): HeaderField {
  const source = `${spelling}: ${value}`;
  const name = canonicalName(spelling);
  if (name === undefined || LINE_BREAK.test(source))
    throw new TypeError(`not a header field: ${JSON.stringify(source)}`);
  return { name, source, start: 0, colon: spelling.length, end: source.length };
}

const LINE_BREAK = /[\r\n]/;

/** The value without the white space around it; continuation lines become one space (§7.3.1). */
export function valueOf({ source, colon, end }: HeaderField): string {
  const value = trimSpace(source, colon + 1, end);
  return value.includes("\r")
    ? value
        .split("\r\n")
        .map((line) => trimSpace(line))
        .join(" ")
    : value;
}

/** Value of the first field of that name. */
export function header(message: SipMessage, name: HeaderName): string | undefined {
  for (const field of message.fields) if (field.name === name) return valueOf(field);
  return undefined;
}

/** Values of all fields of that name, one per field: a list header may hold several more in each (`splitList`). */
export function headers(message: SipMessage, name: HeaderName): string[] {
  const values: string[] = [];
  for (const field of message.fields) if (field.name === name) values.push(valueOf(field));
  return values;
}

export function withFields<M extends SipMessage>(message: M, fields: readonly HeaderField[]): M {
  return { ...message, fields };
}

/** Removes every field of that name. */
export function without<M extends SipMessage>(message: M, name: HeaderName): M {
  return withFields(
    message,
    message.fields.filter((field) => field.name !== name),
  );
}

/** Puts a field before all others of its name, or on top if there is none. */
export function withFirst<M extends SipMessage>(message: M, added: HeaderField): M {
  const at = message.fields.findIndex((field) => field.name === added.name);
  return withFields(message, message.fields.toSpliced(Math.max(at, 0), 0, added));
}

/** Replaces the first field of that name and removes the others; without one, adds it at the end. */
export function withOnly<M extends SipMessage>(message: M, added: HeaderField): M {
  const at = message.fields.findIndex((field) => field.name === added.name);
  if (at < 0) return withFields(message, [...message.fields, added]);
  const fields = message.fields.filter((field, index) => index <= at || field.name !== added.name);
  fields[at] = added;
  return withFields(message, fields);
}

/** Replaces, or with undefined removes, the value of the first field of that name. */
export function withFirstValue<M extends SipMessage>(message: M, name: HeaderName, value: string | undefined): M {
  const at = message.fields.findIndex((field) => field.name === name);
  const old = message.fields[at];
  if (old === undefined) return message;
  const spelling = old.source.slice(old.start, old.colon).trim();
  return withFields(
    message,
    value === undefined ? message.fields.toSpliced(at, 1) : message.fields.with(at, field(spelling, value)),
  );
}
