// Texts to start from: a well-formed request and response, and the parser's result for a text in one line.
import { readEssentials } from "../../../lib/sip/syntax/essentials.ts";
import type { SipMessage } from "../../../lib/sip/syntax/message.ts";
import { parseMessage } from "../../../lib/sip/syntax/parse.ts";

/** A well-formed request with these lines above its mandatory ones, and with this body. */
export function aRequest(lines: readonly string[] = [], body = ""): string {
  return [
    "MESSAGE sip:bob@example.com SIP/2.0",
    "Via: SIP/2.0/WS client.invalid;branch=z9hG4bK1",
    "Max-Forwards: 70",
    "From: <sip:alice@example.com>;tag=1",
    "To: <sip:bob@example.com>",
    "Call-ID: 1",
    "CSeq: 1 MESSAGE",
    ...lines,
    "",
    body,
  ].join("\r\n");
}

/** The same as an answer. */
export function aResponse(lines: readonly string[] = [], body = ""): string {
  return aRequest(lines, body).replace("MESSAGE sip:bob@example.com SIP/2.0", "SIP/2.0 200 OK");
}

/** The message; fails with the reason why the text is not one. */
export function parsed(text: string): SipMessage {
  const result = parseMessage(text);
  if (!result.ok) throw new Error(`${result.problem.status} ${result.problem.reason}`);
  return result.message;
}

/** `400 Malformed Header Name`, or "accepted": the result for its lines, then for the mandatory headers. */
export function verdictOn(text: string): string {
  const result = parseMessage(text);
  if (!result.ok) return `${result.problem.status} ${result.problem.reason}`;
  const read = readEssentials(result.message);
  return read.ok ? "accepted" : `400 ${read.reason}`;
}
