// Text outside the grammar whose meaning is plain, as it would be if its sender had escaped it (RFC 3261 §19.1.2, §25.1).
// Phones write `sip:*21#@host` as it is dialled. It is read, and never written: another parser may refuse it.
import { type Essentials, readEssentials } from "./essentials.ts";
import { type HeaderField, field, spellingOf, valueOf } from "./header-field.ts";
import { type SipMessage, withFields } from "./message.ts";
import { addressStart, type NameAddr, parseNameAddr } from "./name-addr.ts";
import { parseUri, type Uri } from "./uri.ts";

/** A SIP URI with each `#` of its user and each `=` in a parameter's value escaped. */
function escapedUri(text: string): string {
  if (!SIP_SCHEME.test(text)) return text;
  const hostStart = text.indexOf("@") + 1;
  const question = text.indexOf("?", hostStart);
  const end = question < 0 ? text.length : question;
  const [host = "", ...parameters] = text.slice(hostStart, end).split(";");
  const user = text.slice(0, hostStart).replaceAll("#", "%23");
  return [user + host, ...parameters.map(escapedParameter)].join(";") + text.slice(end);
}

const SIP_SCHEME = /^sips?:/i;

function escapedParameter(text: string): string {
  const equals = text.indexOf("=");
  return equals < 0 ? text : text.slice(0, equals + 1) + text.slice(equals + 1).replaceAll("=", "%3D");
}

/** The URI and its text, escaped if it can be read in no other way; undefined if it cannot be read. */
export function readUri(text: string): { readonly uri: Uri; readonly text: string } | undefined {
  const strict = parseUri(text);
  if (strict !== undefined) return { uri: strict, text };
  const escaped = escapedUri(text);
  const uri = parseUri(escaped);
  return uri && { uri, text: escaped };
}

/**
 * An address that may have a last semicolon too many, a parameter value in angle brackets without quotes (`+sip.instance`),
 * or a URI as above.
 */
export function readNameAddr(text: string): NameAddr | undefined {
  const strict = parseNameAddr(text);
  if (strict !== undefined) return strict;
  const escaped = escapedAddress(text.replace(LAST_SEMICOLON, ""));
  const end = addressEnd(escaped, addressStart(escaped));
  return parseNameAddr(escaped.slice(0, end) + escaped.slice(end).replace(BARE_BRACKETS, '$1"$2"'));
}

const LAST_SEMICOLON = /;$/;
const BARE_BRACKETS = /(=[ \t]*)(<[^<>"]*>)/g;

export type ReadMessage<M extends SipMessage> =
  | { readonly ok: true; readonly message: M; readonly essentials: Essentials }
  | { readonly ok: false; readonly reason: string };

/** The mandatory header fields, and the message with To and From escaped where they can be read in no other way. */
export function readLeniently<M extends SipMessage>(message: M): ReadMessage<M> {
  const read = readEssentials(message);
  if (read.ok) return { ok: true, message, essentials: read.essentials };
  const escaped = withEscapedAddresses(message);
  const again = escaped === message ? read : readEssentials(escaped);
  return again.ok ? { ok: true, message: escaped, essentials: again.essentials } : read;
}

/** The same message if there is nothing to escape. */
function withEscapedAddresses<M extends SipMessage>(message: M): M {
  const escaped = (one: HeaderField) => {
    if (!one.is("to") && !one.is("from")) return one;
    const value = valueOf(one);
    const address = escapedAddress(value);
    return address === value || /[\r\n]/.test(value) ? one : field(spellingOf(one), address);
  };
  const fields = message.fields.map(escaped);
  return fields.every((one, at) => one === message.fields[at]) ? message : withFields(message, fields);
}

function escapedAddress(value: string): string {
  const start = addressStart(value);
  const end = addressEnd(value, start);
  return value.slice(0, start) + escapedUri(value.slice(start, end)) + value.slice(end);
}

/** Without brackets, the URI ends at the first semicolon (§20). */
function addressEnd(value: string, start: number): number {
  const end = value.indexOf(start === 0 ? ";" : ">", start);
  return end < 0 ? value.length : end;
}
