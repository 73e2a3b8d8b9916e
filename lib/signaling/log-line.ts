// The subject of a log line: enough to find a call by, without secrets, bodies or free text of a client.
import type { Timer } from "../sip/outcome.ts";
import { header, headers, type SipMessage } from "../sip/syntax/message.ts";
import { parseMessage } from "../sip/syntax/parse.ts";
import type { WebSocketMessage } from "../sip/transport/web-socket-message.ts";

export interface LogSubject {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Method and Request-URI, or a status. */
const START_LINE = /^[\r\n]*(?:([\w.!%*+`'~-]{1,32}) (\S{1,500}) SIP\/\d|(SIP\/\d\.\d \d{3}))/;

/**
 * The start line from the raw text, because an unreadable message must be found in the log too. A text that does not begin
 * like SIP is not repeated: it may be anything, such as a password typed into the wrong window.
 */
export function subjectOf({ flow, text }: WebSocketMessage): LogSubject {
  const [, method, uri, status] = START_LINE.exec(text) ?? [];
  const name = uri === undefined ? (status ?? `no SIP, ${text.length} characters`) : `${method} ${bareUri(uri)}`;
  return { name, fields: { flow, ...callIdIn(text) } };
}

/** Without a password (§19.1.1) and headers. */
function bareUri(uri: string): string {
  return uri
    .replace(/^(sips?:[^:@]*):[^@]*@/i, "$1@")
    .replace(/\?.*$/, "")
    .slice(0, 120);
}

/** A due timer, without the INVITE that rides along. */
export function timerSubject(timer: Timer): LogSubject {
  if (timer.kind === "login") return { name: "login deadline", fields: { flow: timer.flow } };
  const { message = "", kind: _kind, ...fields } = timer;
  return { name: "timer", fields: { ...fields, ...callIdIn(message) } };
}

/**
 * From the header fields, folded or not, never from the body. Left out where it is missing, of several words or there twice:
 * part of it, or one of two, could be the Call-ID of another call.
 */
function callIdIn(text: string): { readonly callId?: string } {
  const parsed = parseMessage(text);
  const message = parsed.ok ? parsed.message : parsed.problem.message;
  const [callId, ...more] = message === undefined ? [] : headers(message, "call-id");
  if (callId === undefined || more.length > 0 || !ONE_WORD.test(callId)) return {};
  return { callId: callId.slice(0, LONGEST_CALL_ID) };
}

const ONE_WORD = /^\S+$/;
const LONGEST_CALL_ID = 200;

/** A method, or a status and the method it answers. */
export function titleOf(message: SipMessage): string {
  if (message.kind === "request") return message.method;
  return `${message.status} ${header(message, "cseq")?.split(/\s+/)[1] ?? ""}`;
}
