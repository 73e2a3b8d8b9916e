// A line of the log as the functions write it (docs/operations.md), read with checks: it comes from a file or a service.
import type { EventCode } from "../sip/reasons.ts";

export interface LogLine {
  /** Epoch milliseconds at which the message came: the line is written when its invocation has sent what it has to. */
  readonly at: number;
  readonly level: string;
  /** `INVITE sip:bob@example.com`, `180 INVITE`, `timer` … */
  readonly message: string;
  readonly callId?: string;
  readonly flow?: string;
  readonly method?: string;
  readonly code?: number;
  /** Status that an HTTP endpoint answered. */
  readonly httpStatus?: number;
  readonly cseq?: number;
  /** The method that a response answers. */
  readonly answers?: string;
  readonly from?: string;
  readonly to?: string;
  readonly branch?: string;
  readonly sent: readonly SentMessage[];
  /** Push notifications that were sent. */
  readonly pushed?: readonly SentPush[];
  readonly devices?: number;
  readonly forwarded?: string;
  /** Target of a REFER. */
  readonly transferTo?: string;
  /** Call-ID of the call that this INVITE, or that of this REFER, takes the place of. */
  readonly replaces?: string;
  readonly reason?: string;
  readonly because?: string;
  readonly user?: string;
  /** Users whose number of phones has changed. */
  readonly registrations: readonly RegistrationChange[];
  /** Messages whose connection did not exist any more. */
  readonly gone?: number;
  /** Decisions that were taken again because the state had changed. */
  readonly conflicts?: number;
  /** Attempts of calls to AWS that were throttled. */
  readonly throttled?: number;
  readonly ms?: number;
  readonly cold: boolean;
  /** Length of the line in UTF-8. */
  readonly octets: number;
  readonly aws: Readonly<Record<string, number>>;
}

/** A message that was sent: `180 INVITE > FLOW`. */
export interface SentMessage {
  readonly title: string;
  readonly flow: string;
}

/** A push notification that was sent: `call > sip:bob@example.com`. */
export interface SentPush {
  readonly why: string;
  readonly to: string;
}

export interface RegistrationChange {
  readonly aor: string;
  readonly phones: number;
  readonly before: number;
}

/** This file runs in a browser too. */
const UTF_8 = new TextEncoder();

/** Undefined for text that is not a line of a function: a report of Lambda, or a stack. */
export function readLine(writtenAt: number, text: string): LogLine | undefined {
  const start = text.indexOf("{");
  const fields = start < 0 ? undefined : objectIn(text.slice(start));
  const message = textIn(fields, "message");
  if (fields === undefined || message === undefined) return undefined;
  const sip = inner(fields, "sip");
  const cseq = inner(sip, "cseq");
  const ms = numberIn(fields, "ms");
  const found = {
    callId: textIn(sip, "call_id"),
    flow: textIn(fields, "flow"),
    method: textIn(sip, "method"),
    code: numberIn(sip, "code"),
    httpStatus: numberIn(inner(inner(fields, "http"), "response"), "status_code"),
    cseq: numberIn(cseq, "code"),
    answers: textIn(cseq, "method"),
    from: addressIn(sip, "from"),
    to: addressIn(sip, "to"),
    branch: textIn(fields, "branch"),
    devices: numberIn(fields, "devices"),
    forwarded: textIn(fields, "forwarded"),
    transferTo: textIn(fields, "transferTo"),
    replaces: textIn(fields, "replaces"),
    reason: textIn(fields, "reason"),
    because: textIn(fields, "because"),
    user: textIn(inner(fields, "user"), "name"),
    gone: numberIn(fields, "gone"),
    conflicts: numberIn(fields, "conflicts"),
    throttled: numberIn(fields, "throttled"),
    ms,
  };
  const { sent, pushed, registrations, cold } = fields;
  const line = {
    at: writtenAt - (ms ?? 0),
    level: textIn(fields, "level") ?? "INFO",
    message,
    sent: Array.isArray(sent) ? sent.flatMap(readSent) : [],
    ...(Array.isArray(pushed) && { pushed: pushed.flatMap(readPush) }),
    registrations: Array.isArray(registrations) ? registrations.flatMap(readRegistration) : [],
    cold: cold === true,
    octets: UTF_8.encode(text).length,
    aws: countsIn(inner(fields, "aws")),
  };
  return Object.assign(line, withoutUndefined(found));
}

type Fields = Readonly<Record<string, unknown>>;

function objectIn(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function inner(fields: Fields | undefined, name: string): Fields | undefined {
  const value = fields?.[name];
  return isFields(value) ? value : undefined;
}

function textIn(fields: Fields | undefined, name: string): string | undefined {
  const value = fields?.[name];
  return typeof value === "string" ? value : undefined;
}

function numberIn(fields: Fields | undefined, name: string): number | undefined {
  const value = fields?.[name];
  return typeof value === "number" ? value : undefined;
}

function addressIn(sip: Fields | undefined, name: string): string | undefined {
  return textIn(inner(inner(sip, name), "uri"), "original");
}

function countsIn(fields: Fields | undefined): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [name, value] of Object.entries(fields ?? {})) if (typeof value === "number") counts[name] = value;
  return counts;
}

function readSent(value: unknown): readonly SentMessage[] {
  const [, title, flow] = typeof value === "string" ? (/^(.+) > (\S+)$/.exec(value) ?? []) : [];
  return title !== undefined && flow !== undefined ? [{ title, flow }] : [];
}

function readPush(value: unknown): readonly SentPush[] {
  const [, why, to] = typeof value === "string" ? (/^(\w+) > (\S+)$/.exec(value) ?? []) : [];
  return why !== undefined && to !== undefined ? [{ why, to }] : [];
}

function readRegistration(value: unknown): readonly RegistrationChange[] {
  if (!isFields(value)) return [];
  const [aor, phones, before] = [textIn(value, "aor"), numberIn(value, "phones"), numberIn(value, "before")];
  return aor === undefined || phones === undefined || before === undefined ? [] : [{ aor, phones, before }];
}

/** The values that are there. */
type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(values: T): Present<T> {
  const present: Present<T> = {};
  for (const [name, value] of Object.entries(values))
    if (value !== undefined) Object.assign(present, { [name]: value });
  return present;
}

/**
 * The server has ended a call: a phone is gone, the operator wanted it, it took too long, or the caller sent no ACK to an
 * HTTP callee.
 */
export function isEndOfServer({ reason }: LogLine): boolean {
  return reason !== undefined && ENDS_OF_SERVER.has(reason);
}

const ENDS_OF_SERVER: ReadonlySet<string> = new Set([
  "call-lost",
  "call-ended-by-operator",
  "call-too-long",
  "http-not-acknowledged",
] satisfies EventCode[]);
