// What the log calls what came in: enough to find a call by, and nothing that is a secret or somebody's words.
import type { Frame } from "../sip/stack.ts";
import { header, type SipMessage } from "../sip/syntax/message.ts";
import type { LoginDeadline } from "../sip/auth/login-deadline.ts";
import type { DueTimer } from "../sip/world.ts";

/** What a line of the log is about. */
export interface Event {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** At the beginning of a line: not where only JavaScript sees one (U+2028). */
const CALL_ID = /\n(?:Call-ID|i)[ \t]*:[ \t]*(\S+)/i;
/** Method and Request-URI, or a status. */
const START_LINE = /^[\r\n]*(?:([\w.!%*+`'~-]{1,32}) (\S{1,500}) SIP\/\d|(SIP\/\d\.\d \d{3}))/;

/**
 * A message that came in. From the bare text, since one that cannot be parsed must be found in the log too. Of what does
 * not even begin like SIP nothing is repeated: it may be anything, a password that was typed into the wrong window among it.
 */
export function eventOf({ flow, text }: Frame): Event {
  const [, method, uri, status] = START_LINE.exec(text) ?? [];
  const name = uri === undefined ? (status ?? `no SIP, ${text.length} characters`) : `${method} ${bareUri(uri)}`;
  return { name, fields: { flow, ...callIdIn(text) } };
}

/** A URI may carry a password (§19.1.1), and headers. */
function bareUri(uri: string): string {
  return uri
    .replace(/^(sips?:[^:@]*):[^@]*@/i, "$1@")
    .replace(/\?.*$/, "")
    .slice(0, 120);
}

/** A due timer, without the INVITE that rides along. */
export function timerEvent(due: DueTimer | LoginDeadline): Event {
  if ("login" in due) return { name: "login deadline", fields: { flow: due.login } };
  const { message = "", ...timer } = due;
  return { name: "timer", fields: { ...timer, ...callIdIn(message) } };
}

function callIdIn(text: string): { readonly callId?: string } {
  const callId = CALL_ID.exec(text)?.[1]?.slice(0, 200);
  return callId === undefined ? {} : { callId };
}

/** A message in a word or two: its method, or its status and what it answers. */
export function titleOf(message: SipMessage): string {
  if (message.kind === "request") return message.method;
  return `${message.status} ${header(message, "cseq")?.split(/\s+/)[1] ?? ""}`;
}
