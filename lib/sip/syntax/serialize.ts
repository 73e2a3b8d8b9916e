// Message to text (RFC 3261 §7). Unchanged fields are adjacent in the received text and are copied in one piece, so their
// order, spelling, folding and bytes are preserved.
import type { HeaderField } from "./header-field.ts";
import type { FieldChange, SipMessage } from "./message.ts";

export function serialize(message: SipMessage): string {
  return serializeChanged(message, NOTHING, keep);
}

const NOTHING: readonly HeaderField[] = [];
const keep: FieldChange = (field) => field;

/** The text of `withChanges(…)` without an intermediate message, for a message that is sent at once and not kept. */
export function serializeChanged(message: SipMessage, first: readonly HeaderField[], change: FieldChange): string {
  let text =
    message.kind === "request"
      ? `${message.method} ${message.uri} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${message.reason}\r\n`;
  for (const { source, start, end } of first) text += source.slice(start, end + 2);

  let source = "";
  let from = 0;
  let to = 0;
  for (const field of message.fields) {
    const next = change(field);
    if (next === undefined) continue;
    if (next.start !== to || next.source !== source) {
      text += source.slice(from, to);
      ({ source, start: from } = next);
    }
    to = next.end + 2;
  }
  return `${text}${source.slice(from, to)}\r\n${message.body}`;
}
