// Messages of a ladder for other tools. The log has no whole messages, so start line and headers (RFC 3261 §7, RFC 9112 §2.1) are
// rebuilt, and addresses are those for documentation (RFC 5737).
import type { Arrow, Ladder } from "./ladder.ts";
import { SERVER } from "./parties.ts";

export const PORT = 5060;
const SERVER_ADDRESS = [203, 0, 113, 1] as const;

const REBUILT = "X-Trace: rebuilt from the log, without the body";

const NO_CALL = { callId: "", caller: "", called: "", from: 0 };

/**
 * The message as far as the log has it, and a header that says so. Viewers find the other calls of a transfer by X-Call-ID.
 */
export function sipMessageOf({ title, from, to, cseq = 1, call }: Arrow, { calls }: Pick<Ladder, "calls">): string {
  const [first, { callId, caller, called, from: callerParty } = NO_CALL] = [calls[0], calls[call]];
  const [, status, answered] = /^(\d{3}) (.+)$/.exec(title) ?? [];
  const method = answered ?? title;
  const party = from === SERVER ? to : from;
  const isCallers =
    status === undefined
      ? from === SERVER
        ? to !== callerParty
        : from === callerParty
      : from === SERVER
        ? to === callerParty
        : from !== callerParty;
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
    ...(call > 0 && first ? [`X-Call-ID: ${first.callId}`] : []),
    REBUILT,
    "Content-Length: 0",
  ]
    .reduce(withLine, "")
    .concat("\r\n");
}

/** A request to an endpoint, or its answer: the log has neither the path nor other headers. */
export function httpMessageOf({ title, host }: Arrow): string {
  const [, status] = /^(\d{3}) /.exec(title) ?? [];
  const start = status === undefined ? [`${title} / HTTP/1.1`, `Host: ${host}`] : [`HTTP/1.1 ${status} -`];
  return [...start, REBUILT, "Content-Length: 0"].reduce(withLine, "").concat("\r\n");
}

function withLine(text: string, line: string): string {
  return `${text}${line.replace(CONTROL, "")}\r\n`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters in question
const CONTROL = /[\u0000-\u001f\u007f]/g;

export function addressOf(party: number): readonly number[] {
  return party === SERVER ? SERVER_ADDRESS : [192, 0, 2, 10 + (party % 200)];
}
