// A SIP message (RFC 3261 §7) is a start line, header fields that still point into the received text, and a body.
// Messages are immutable: a `with…` verb returns a new message that shares the unchanged parts.
import { field, type HeaderField, spellingOf, valueOf } from "./header-field.ts";
import type { HeaderName } from "./header-name.ts";

export { field, type HeaderField, valueOf } from "./header-field.ts";

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

/** The first field of that name. */
function firstField(message: SipMessage, name: HeaderName): HeaderField | undefined {
  for (const field of message.fields) if (field.is(name)) return field;
  return undefined;
}

/** Value of the first field of that name. */
export function header(message: SipMessage, name: HeaderName): string | undefined {
  const found = firstField(message, name);
  return found && valueOf(found);
}

/** Values of all fields of that name, one per field; each may contain a list (`splitList`). */
export function headers(message: SipMessage, name: HeaderName): string[] {
  const values: string[] = [];
  for (const field of message.fields) if (field.is(name)) values.push(valueOf(field));
  return values;
}

export function withFields<M extends SipMessage>(message: M, fields: readonly HeaderField[]): M {
  return { ...message, fields };
}

/** The replacement of a field, or undefined to remove it. */
export type FieldChange = (field: HeaderField) => HeaderField | undefined;

/** Several changes in one pass; the fields of `first` precede all others. */
export function withChanges<M extends SipMessage>(message: M, first: readonly HeaderField[], change: FieldChange): M {
  const fields: HeaderField[] = [];
  for (const field of first) fields.push(field);
  for (const field of message.fields) {
    const next = change(field);
    if (next !== undefined) fields.push(next);
  }
  return withFields(message, fields);
}

/** Removes every field of that name. */
export function without<M extends SipMessage>(message: M, name: HeaderName): M {
  return withFields(
    message,
    message.fields.filter((field) => !field.is(name)),
  );
}

/** Inserts fields of one name before all others of it; the first of its name goes on top. */
export function withFirst<M extends SipMessage>(message: M, ...added: readonly HeaderField[]): M {
  const [first] = added;
  if (first === undefined) return message;
  const at = message.fields.findIndex((field) => field.is(first.name));
  return withFields(message, message.fields.toSpliced(Math.max(at, 0), 0, ...added));
}

/** Replaces the first field of that name and removes the others; without one, adds it at the end. */
export function withOnly<M extends SipMessage>(message: M, added: HeaderField): M {
  const first = firstField(message, added.name);
  if (first === undefined) return withFields(message, [...message.fields, added]);
  return withChanges(message, [], (field) => {
    if (field === first) return added;
    return field.is(added.name) ? undefined : field;
  });
}

/** Replaces, or with undefined removes, the value of the first field of that name. */
export function withFirstValue<M extends SipMessage>(message: M, name: HeaderName, value: string | undefined): M {
  const old = firstField(message, name);
  if (old === undefined) return message;
  const at = message.fields.indexOf(old);
  return withFields(
    message,
    value === undefined ? message.fields.toSpliced(at, 1) : message.fields.with(at, field(spellingOf(old), value)),
  );
}
