// The response that a sender gets. On the memory ports every effect has happened when `send` returns.
import {
  header,
  headers,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from "../../../../lib/sip/syntax/message.ts";
import type { Phone } from "../../../support/phone/phone.ts";

const isFinal = (message: SipMessage): message is SipResponse => message.kind === "response" && message.status >= 200;

/** `400 Malformed Via`, or "silence". */
export async function said(phone: Phone, text: string): Promise<string> {
  await phone.send(text);
  return phone.inbox.take("final answer", isFinal).then(
    ({ status, reason }) => `${status} ${reason}`,
    () => "silence",
  );
}

/** The text with these lines in place of the one with this beginning. */
export function instead(text: string, beginning: string, ...lines: readonly string[]): string {
  const all = text.split("\r\n");
  const at = all.findIndex((line) => line.startsWith(beginning));
  if (at < 0) throw new RangeError(`no line begins with ${beginning}`);
  return all.toSpliced(at, 1, ...lines).join("\r\n");
}

/** The text with one more header line. */
export function withLine(text: string, line: string): string {
  return text.replace("\r\nMax-Forwards:", `\r\n${line}\r\nMax-Forwards:`);
}

/** A response as a phone writes it, for tests to alter. */
export function answerTo(received: SipRequest, status: number, more: readonly string[] = []): string {
  return [
    `SIP/2.0 ${status} Whatever`,
    ...headers(received, "via").map((value) => `Via: ${value}`),
    `From: ${header(received, "from")}`,
    `To: ${header(received, "to")};tag=t`,
    `Call-ID: ${header(received, "call-id")}`,
    `CSeq: ${header(received, "cseq")}`,
    "Contact: <sip:bob@b.invalid>",
    ...more,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}
