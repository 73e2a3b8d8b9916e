// Text outside the grammar whose meaning is plain, as it would be if its sender had escaped it (RFC 3261 §19.1.2, §25.1).
// Phones write `sip:*21#@host` as it is dialled. Read here only, and never written: another parser may refuse it.
import { type Essentials, readEssentials } from "./essentials.ts";
import { type HeaderField, field, spellingOf, valueOf } from "./header-field.ts";
import { type SipMessage, withFields } from "./message.ts";
import { addressStart } from "./name-addr.ts";

/** A raw `#` in the user of a SIP URI: nothing else can be meant, because these URIs have no fragment. */
const RAW_HASH = /^(sips?:[^@#<>"\s]*)(#[^@<>"\s]*)@/i;

/** The URI with each `#` in its user escaped. */
export function escapedUri(text: string): string {
  return text.includes("#") ? text.replace(RAW_HASH, escapeHashes) : text;
}

function escapeHashes(_whole: string, before: string, rest: string): string {
  return `${before}${rest.replaceAll("#", "%23")}@`;
}

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
  const needsIt = (one: HeaderField) => (one.is("to") || one.is("from")) && valueOf(one).includes("#");
  if (!message.fields.some(needsIt)) return message;
  const fields = message.fields.map((one) =>
    needsIt(one) ? field(spellingOf(one), escapedAddress(valueOf(one))) : one,
  );
  return withFields(message, fields);
}

/** Its URI begins at the bracket after the display name, or with the value. */
function escapedAddress(value: string): string {
  const start = addressStart(value);
  return value.slice(0, start) + escapedUri(value.slice(start));
}
