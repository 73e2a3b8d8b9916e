// What a sender is told. On the memory body everything has happened when `send` returns.
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

/** The text with these lines in the place of one that begins so. */
export function instead(text: string, beginning: string, ...lines: readonly string[]): string {
  const all = text.split("\r\n");
  const at = all.findIndex((line) => line.startsWith(beginning));
  if (at < 0) throw new RangeError(`no line begins with ${beginning}`);
  return all.toSpliced(at, 1, ...lines).join("\r\n");
}

/** The text with a line more in its head. */
export function withLine(text: string, line: string): string {
  return text.replace("\r\nMax-Forwards:", `\r\n${line}\r\nMax-Forwards:`);
}

/** A response as a phone writes it, to be bent. */
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
