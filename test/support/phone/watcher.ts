// A phone that subscribes to the state of an address (RFC 6665 §4.1), and one that publishes (RFC 3903 §4).
import { header, type SipRequest, type SipResponse } from "../../../lib/sip/syntax/message.ts";
import { addressIn, type Phone, random, type RequestParts, tagIn } from "./phone.ts";

export interface WatchOptions extends RequestParts {
  readonly event?: string;
  readonly expires?: number | string | null;
  /** The whole request is sent within the dialog of an earlier one. */
  readonly within?: Watching;
}

/** A subscription, by the eyes of its watcher. */
export interface Watching {
  readonly ok: SipResponse;
  readonly callId: string;
  readonly fromTag: string;
  readonly toTag: string;
  readonly target: string;
  readonly event: string;
}

/** Sends a SUBSCRIBE and returns its final response. */
export async function subscribe(phone: Phone, to: string, options: WatchOptions = {}): Promise<Watching> {
  const { event = "presence", expires = 600, within, lines = [], ...parts } = options;
  const callId = parts.callId ?? within?.callId ?? random(8);
  const fromTag = parts.fromTag ?? within?.fromTag ?? random();
  const toTag = parts.toTag ?? within?.toTag;
  const ok = await phone.ask("SUBSCRIBE", within?.target ?? to, {
    ...parts,
    callId,
    fromTag,
    to,
    ...(toTag !== undefined && { toTag }),
    lines: [`Event: ${event}`, ...(expires === null ? [] : [`Expires: ${expires}`]), ...lines],
  });
  return { ok, callId, fromTag, toTag: tagIn(header(ok, "to")), target: addressIn(header(ok, "contact")), event };
}

/** Takes the next NOTIFY and answers it. */
export async function takeNotify(phone: Phone, status = 200): Promise<SipRequest> {
  const notify = await phone.takeRequest("NOTIFY");
  await phone.answer(notify, status, { tag: "" });
  return notify;
}

/** Subscribes and takes the first NOTIFY. */
export async function watch(phone: Phone, to: string, options: WatchOptions = {}) {
  const watching = await subscribe(phone, to, options);
  return { ...watching, first: await takeNotify(phone) };
}

/** NOTIFYs that have come, those that were taken too. */
export function notifies(phone: Phone): number {
  return phone.inbox.titles().filter((title) => title === "NOTIFY").length;
}

/** `open`, `closed`, or empty without a document; several tuples joined. */
export function basicIn({ body }: SipRequest): string {
  return [...body.matchAll(/<basic>(\w+)<\/basic>/g)].map(([, basic]) => basic).join(" ");
}

export function pidf(aor: string, { id = "t1", basic = "open", more = "" } = {}): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"',
    ` xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="${aor}">`,
    `<tuple id="${id}"><status><basic>${basic}</basic></status></tuple>${more}</presence>`,
  ].join("\r\n");
}

export interface PublishOptions {
  readonly event?: string;
  readonly tag?: string;
  readonly expires?: number | null;
  readonly body?: string;
  readonly type?: string;
  readonly to?: string;
}

/** Sends a PUBLISH and returns its final response. */
export function publish(phone: Phone, options: PublishOptions = {}): Promise<SipResponse> {
  const { event = "presence", tag, expires = 600, body, type = "application/pidf+xml", to = phone.aor } = options;
  return phone.ask("PUBLISH", to, {
    to,
    ...(body !== undefined && { body }),
    lines: [
      `Event: ${event}`,
      ...(expires === null ? [] : [`Expires: ${expires}`]),
      ...(tag === undefined ? [] : [`SIP-If-Match: ${tag}`]),
      ...(body === undefined ? [] : [`Content-Type: ${type}`]),
    ],
  });
}

export function etagOf(response: SipResponse): string {
  return header(response, "sip-etag") ?? "";
}
