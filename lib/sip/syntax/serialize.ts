// A message back to text (RFC 3261 §7). Fields that nobody touched lie side by side in the received text and are
// copied as one piece, so their order, spelling, folding and bytes stay what they were.
import type { HeaderField } from "./header-field.ts";
import type { Change, SipMessage } from "./message.ts";

export function serialize(message: SipMessage): string {
  return serializeChanged(message, NOTHING, keep);
}

const NOTHING: readonly HeaderField[] = [];
const keep: Change = (field) => field;

/** The text of `withChanges(…)` with no message in between: for what goes out at once and is kept by nobody. */
export function serializeChanged(message: SipMessage, first: readonly HeaderField[], change: Change): string {
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
