// The subject of a log line: enough to find a call by, without secrets, bodies or free text of a client. Fields follow
// Elastic's `sip.*` where it has one (Packetbeat, "SIP fields").
import type { HttpRequest, HttpResult, Send } from "../sip/effect.ts";
import type { Timer } from "../sip/timer.ts";
import { parseAuthHeader } from "../sip/syntax/auth-header.ts";
import { parseCSeq } from "../sip/syntax/cseq.ts";
import { unlimited } from "../sip/syntax/limits.ts";
import { header, headers, type SipMessage, type SipRequest } from "../sip/syntax/message.ts";
import { parseNameAddr } from "../sip/syntax/name-addr.ts";
import { type Parsed, parseMessage } from "../sip/syntax/parse.ts";
import type { WebSocketMessage } from "../sip/transport/web-socket-message.ts";
import { timerName } from "./timer-names.ts";

export interface LogSubject {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The user name of its digest, which proves nothing. */
  readonly user?: () => string | undefined;
}

/** Method and Request-URI, or a status. */
const START_LINE = /^[\r\n]*(?:([\w.!%*+`'~-]{1,32}) (\S{1,500}) SIP\/\d|(SIP\/\d\.\d (\d{3})))/;

/**
 * The start line from the raw text, because an unreadable message must be found in the log too. A text that does not begin
 * like SIP is not repeated: it may be anything, such as a password typed into the wrong window.
 */
export function subjectOf({ flow, text }: WebSocketMessage, parsed: Parsed = parseMessage(text)): LogSubject {
  const [, method, uri = "", statusLine, status] = START_LINE.exec(text) ?? [];
  const message = readableIn(parsed);
  const isWithin = isInDialog(message);
  const sip = { ...(method && { method }), ...(status && { code: Number(status) }), ...sipFields(message, isWithin) };
  const name = () => {
    if (method !== undefined) return isWithin ? method : `${method} ${bareUri(uri)}`;
    if (message?.kind === "response") return titleOf(message).slice(0, 40);
    return statusLine ?? `no SIP, ${text.length} characters`;
  };
  const branch = branchIn(message);
  return {
    name: name(),
    fields: {
      flow,
      ...(Object.keys(sip).length > 0 && { sip }),
      ...(branch && { branch }),
      ...(message?.kind === "request" && transferFields(message)),
    },
    user: () => userNameIn(message),
  };
}

function userNameIn(message: SipMessage | undefined): string | undefined {
  const values = message === undefined ? [] : CREDENTIALS.flatMap((name) => headers(message, name));
  return values
    .map((value) => parseAuthHeader(value)?.parameters.get("username"))
    .find((name) => name !== undefined)
    ?.slice(0, 64);
}

const CREDENTIALS = ["authorization", "proxy-authorization"] as const;

/** The message, or the readable part of one. */
function readableIn(parsed: Parsed): SipMessage | undefined {
  return parsed.ok ? parsed.message : parsed.problem.message;
}

/** An address without a password (§19.1.1), headers, parameters other than the user's, and the end of a long one. */
function bareUri(uri: string): string {
  return uri
    .replace(/^(sips?:[^:@]*):[^@]*@/i, "$1@")
    .replace(/\?.*$/, "")
    .slice(0, 120);
}

/** A due timer, without the INVITE that rides along. */
export function timerSubject(timer: Timer): LogSubject {
  const subject = { name: timerName(timer), fields: timerFields(timer) };
  return timer.kind === "transaction" ? withCallId(subject, timer.message) : subject;
}

function timerFields(timer: Timer): LogSubject["fields"] {
  switch (timer.kind) {
    case "transaction": {
      const { message: _message, kind: _kind, links: _links, ...fields } = timer;
      return fields;
    }
    case "login":
      return { flow: timer.flow };
    case "refresh":
    case "text push":
      return { aor: timer.aor };
    case "held":
      return { aor: timer.aor, branch: timer.branch };
    case "message":
      return { aor: timer.aor };
    case "push":
      return { context: timer.branch.context };
    case "call":
      return { context: timer.call };
    case "subscription":
    case "resource":
    case "watchers":
      return { resource: timer.resource };
    case "http session":
      return { session: timer.session };
  }
}

/** A request that an HTTP callee takes in place of a phone. */
export function requestSubject({ to, message }: Send): LogSubject {
  const callId = callIdOf(message);
  const sip = callId === undefined ? {} : { sip: { call_id: callId } };
  return { name: `${titleOf(message)} for an HTTP endpoint`, fields: { flow: to.flow, ...sip } };
}

/** `201 POST media.example.com`. Of the URL only the host: its path may be a secret. */
export function httpSubject(request: HttpRequest, result: HttpResult): LogSubject {
  const { flow, method, url } = request;
  const what = `${method} ${new URL(url).host}`;
  const [answer, status] =
    result.kind === "answered"
      ? [String(result.status), { http: { response: { status_code: result.status } } }]
      : [result.why, {}];
  return { name: `${answer} ${what}`, fields: { flow, ...status, ...callOf(request) } };
}

export function callOf({ callId }: HttpRequest): { readonly sip: { readonly call_id: string } } {
  return { sip: { call_id: callId.slice(0, LONGEST_CALL_ID) } };
}

/** The subject with the Call-ID of a request that was stored, or rode along with a timer, unless it has one. */
export function withCallId(subject: LogSubject, request: string | undefined): LogSubject {
  const callId =
    request === undefined || "sip" in subject.fields
      ? undefined
      : callIdOf(readableIn(parseMessage(request, unlimited)));
  return callId === undefined ? subject : { ...subject, fields: { ...subject.fields, sip: { call_id: callId } } };
}

/**
 * Requests say who: within a dialog the sender alone, because the Call-ID leads to the INVITE. Responses name the method
 * they answer. A value that is missing, malformed or there twice is left out: it could be that of another call.
 */
function sipFields(message: SipMessage | undefined, isWithin: boolean): Readonly<Record<string, unknown>> {
  if (message === undefined) return {};
  const callId = callIdOf(message);
  const cseq = parseCSeq(only(message, "cseq") ?? "");
  const cseqField = cseq && {
    cseq: { code: cseq.number, ...(message.kind === "response" && { method: cseq.method.slice(0, 32) }) },
  };
  const isFirst = message.kind === "request" && !isWithin;
  return {
    ...(callId !== undefined && { call_id: callId }),
    ...cseqField,
    ...(message.kind === "request" && address("from", message)),
    ...(isFirst && address("to", message)),
  };
}

function callIdOf(message: SipMessage | undefined): string | undefined {
  const callId = message && only(message, "call-id");
  return callId !== undefined && ONE_WORD.test(callId) ? callId.slice(0, LONGEST_CALL_ID) : undefined;
}

function address(name: "from" | "to", message: SipMessage): Readonly<Record<string, unknown>> {
  const read = parseNameAddr(only(message, name) ?? "");
  return read === undefined ? {} : { [name]: { uri: { original: bareUri(read.address).replace(/;.*$/, "") } } };
}

/**
 * The facts by which the calls of a transfer are found from each other: the target of a REFER (RFC 3515), and the call that
 * its INVITE replaces (RFC 3891 §3), by the header of that INVITE or, in a REFER, by the one that the target asks for.
 */
function transferFields(request: SipRequest): { readonly transferTo?: string; readonly replaces?: string } {
  if (request.method === "INVITE") return replacesIn(only(request, "replaces"));
  if (request.method !== "REFER") return {};
  const { address: target = "" } = parseNameAddr(only(request, "refer-to") ?? "") ?? {};
  if (target === "") return {};
  const transferTo = bareUri(target).replace(/;.*$/, "");
  return { transferTo, ...replacesIn(unescaped(/[?&]replaces=([^&]*)/i.exec(target)?.[1])) };
}

/** The Call-ID before the tags. */
function replacesIn(value: string | undefined): { readonly replaces?: string } {
  const [callId = ""] = value?.split(";") ?? [];
  return ONE_WORD.test(callId.trim()) ? { replaces: callId.trim().slice(0, LONGEST_CALL_ID) } : {};
}

/** Undefined for escapes that are not UTF-8. */
function unescaped(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** A To with a tag (RFC 3261 §12.2). */
function isInDialog(message: SipMessage | undefined): boolean {
  return message?.kind === "request" && /;\s*tag\s*=/i.test(only(message, "to") ?? "");
}

/** The sender's name for the transaction (§8.1.1.7), without its magic cookie. */
function branchIn(message: SipMessage | undefined): string | undefined {
  const [via = ""] = message === undefined ? [] : headers(message, "via");
  return /;\s*branch\s*=\s*(?:z9hG4bK)?([\w.!%*+`'~-]{1,24})/i.exec(via)?.[1];
}

function only(message: SipMessage, name: Parameters<typeof headers>[1]): string | undefined {
  const [value, ...more] = headers(message, name);
  return more.length > 0 ? undefined : value;
}

const ONE_WORD = /^\S+$/;
const LONGEST_CALL_ID = 200;

/** A method, or a status and the method it answers. */
export function titleOf(message: SipMessage): string {
  if (message.kind === "request") return message.method;
  return `${message.status} ${header(message, "cseq")?.split(/\s+/)[1] ?? ""}`;
}
