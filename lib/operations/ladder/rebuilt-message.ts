// Messages of a ladder for other tools. The log has no whole messages, so start line and headers (RFC 3261 §7) are rebuilt, and
// addresses are those for documentation (RFC 5737).
import { type Arrow, type Ladder, SERVER } from "./ladder.ts";

export const PORT = 5060;
const SERVER_ADDRESS = [203, 0, 113, 1] as const;

/** The message as far as the log has it, and a header that says so. */
export function messageOf({ title, from, to, cseq = 1 }: Arrow, { callId, caller, called }: Ladder): string {
  const [, status, answered] = /^(\d{3}) (.+)$/.exec(title) ?? [];
  const method = answered ?? title;
  const party = from === SERVER ? to : from;
  const isCallers =
    status === undefined ? (from === SERVER ? to !== 0 : from === 0) : from === SERVER ? to === 0 : from !== 0;
  const [sender, receiver] = isCallers ? [caller, called] : [called, caller];
  const [tag, otherTag] = isCallers ? ["caller", "callee"] : ["callee", "caller"];
  const isFirst = (method === "INVITE" || method === "CANCEL") && (status === undefined || status === "100");
  return [
    status === undefined
      ? `${method} sip:${receiver} SIP/2.0`
      : `SIP/2.0 ${status} ${status === "100" ? "Trying" : "-"}`,
    `Via: SIP/2.0/WSS ${addressOf(party).join(".")};branch=z9hG4bK${cseq}-${party}`,
    `From: <sip:${sender}>;tag=${tag}`,
    `To: <sip:${receiver}>${isFirst ? "" : `;tag=${otherTag}`}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    "X-Trace: rebuilt from the log, without the body",
    "Content-Length: 0",
    "",
    "",
  ]
    .map((line) => line.replace(CONTROL, ""))
    .join("\r\n");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters in question
const CONTROL = /[\u0000-\u001f\u007f]/g;

export function addressOf(party: number): readonly number[] {
  return party === SERVER ? SERVER_ADDRESS : [192, 0, 2, 10 + (party % 200)];
}
