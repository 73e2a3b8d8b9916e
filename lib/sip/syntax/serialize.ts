// A message back to text (RFC 3261 §7). Fields that nobody touched lie side by side in the received text and are
// copied as one piece, so their order, spelling, folding and bytes stay what they were.
import type { SipMessage } from "./message.ts";

export function serialize(message: SipMessage): string {
  let text =
    message.kind === "request"
      ? `${message.method} ${message.uri} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${message.reason}\r\n`;

  let source = "";
  let from = 0;
  let to = 0;
  for (const field of message.fields) {
    if (field.start !== to || field.source !== source) {
      text += source.slice(from, to);
      ({ source, start: from } = field);
    }
    to = field.end + 2;
  }
  return `${text}${source.slice(from, to)}\r\n${message.body}`;
}
