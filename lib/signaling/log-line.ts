// The subject of a log line: enough to find a call by, without secrets, bodies or free text of a client.
import type { Timer } from "../sip/outcome.ts";
import { header, type SipMessage } from "../sip/syntax/message.ts";
import type { WebSocketMessage } from "../sip/transport/web-socket-message.ts";

export interface LogSubject {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** At the beginning of a line; U+2028 does not begin one. */
const CALL_ID = /\n(?:Call-ID|i)[ \t]*:[ \t]*(\S+)/i;
/** Method and Request-URI, or a status. */
const START_LINE = /^[\r\n]*(?:([\w.!%*+`'~-]{1,32}) (\S{1,500}) SIP\/\d|(SIP\/\d\.\d \d{3}))/;

/**
 * From the raw text, because an unreadable message must be found in the log too. A text that does not begin like SIP is
 * not repeated: it may be anything, such as a password typed into the wrong window.
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

function callIdIn(text: string): { readonly callId?: string } {
  const callId = CALL_ID.exec(text)?.[1]?.slice(0, 200);
  return callId === undefined ? {} : { callId };
}

/** A method, or a status and the method it answers. */
export function titleOf(message: SipMessage): string {
  if (message.kind === "request") return message.method;
  return `${message.status} ${header(message, "cseq")?.split(/\s+/)[1] ?? ""}`;
}
