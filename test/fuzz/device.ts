// What a phone knows: enough to say the next right thing, so that a bent message bends something that would have worked.
import { tagIn, uriIn } from "../conformance/sip/address.ts";
import { challengesOf, credentialsLine, strengthOf } from "../conformance/sip/digest.ts";
import {
  cseqOf,
  listOf,
  readMessage,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  valueOf,
} from "../conformance/sip/message.ts";
import type { Sample } from "./corpus.ts";
import { fill, type Parts } from "./fill.ts";
import { DOMAIN } from "./world.ts";

/** One end's view of a dialog (RFC 3261 §12). */
export interface Dialog {
  readonly callId: string;
  readonly local: string;
  readonly localTag: string;
  readonly remote: string;
  readonly remoteTag: string;
  readonly target: string;
  readonly routes: readonly string[];
}

export interface Device {
  readonly name: string;
  /** Undefined for a stranger. */
  readonly user?: string;
  /** Whom a stranger says to be. */
  readonly claims: string;
  readonly host: string;
  readonly instance: string;
  /** Which connection it has just now. */
  flow: string;
  cseq: number;
  /** How many identifiers it has made up. */
  made: number;
  readonly dialogs: Dialog[];
  /** Requests it got. */
  readonly asked: SipRequest[];
  /** INVITEs it sent. */
  readonly invites: SipRequest[];
  /** 2xx to them. */
  readonly taken: SipResponse[];
  /** Requests that were challenged, with the challenge. */
  readonly challenged: (readonly [request: SipRequest, challenge: SipResponse])[];
  /** What it sent, by Call-ID, number and method. */
  readonly sent: Map<string, SipRequest>;
}

export function createDevice(name: string, user?: string, claims = user ?? name): Device {
  return {
    name,
    ...(user !== undefined && { user }),
    claims,
    host: `${name}.invalid`,
    instance: `urn:uuid:00000000-0000-4000-8000-${Buffer.from(name).toString("hex").padStart(12, "0")}`,
    flow: `${name}-1`,
    cseq: 1,
    made: 0,
    dialogs: [],
    asked: [],
    invites: [],
    taken: [],
    challenged: [],
    sent: new Map(),
  };
}

export function aorOf({ claims }: Device): string {
  return `sip:${claims}@${DOMAIN}`;
}

function contactOf({ name, host }: Device): string {
  return `sip:${name}@${host};transport=ws`;
}

/** Something new: a branch, a tag, a Call-ID. */
function make(device: Device, what: string): string {
  device.made += 1;
  return `${what}${device.name}${device.made}`;
}

/** How much of each kind a phone remembers. */
const MEMORY = 8;

function remember<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > MEMORY) list.shift();
}

const keyOf = (message: SipMessage): string => `${valueOf(message, "call-id")} ${cseqOf(message)} ${message.method}`;

/** It sends a text, which need not be what it wanted to send. */
export function noteSent(device: Device, text: string): void {
  const message = readMessage(text);
  if (message?.kind !== "request") return;
  device.sent.set(keyOf(message), message);
  if (device.sent.size > 4 * MEMORY) device.sent.delete(device.sent.keys().next().value ?? "");
  if (message.method === "INVITE") remember(device.invites, message);
}

export function noteReceived(device: Device, text: string): void {
  const message = readMessage(text);
  if (message === undefined) return;
  if (message.kind === "request") return noteRequest(device, message);
  const request = device.sent.get(keyOf(message));
  if (request === undefined) return;
  if (message.status === 401 || message.status === 407) remember(device.challenged, [request, message]);
  if (message.method !== "INVITE" || message.status < 200 || message.status > 299) return;
  remember(device.taken, message);
  remember(device.dialogs, {
    callId: valueOf(message, "call-id"),
    local: uriIn(message, "from"),
    localTag: tagIn(message, "from"),
    remote: uriIn(message, "to"),
    remoteTag: tagIn(message, "to"),
    target: uriIn(message, "contact"),
    routes: listOf(message, "record-route").toReversed(),
  });
}

const DIALOG_FORMING = new Set(["INVITE", "SUBSCRIBE", "REFER"]);

function noteRequest(device: Device, request: SipRequest): void {
  if (request.method === "ACK") return;
  remember(device.asked, request);
  if (!DIALOG_FORMING.has(request.method) || tagIn(request, "to") !== "") return;
  remember(device.dialogs, {
    callId: valueOf(request, "call-id"),
    local: uriIn(request, "to"),
    localTag: tagOf(device),
    remote: uriIn(request, "from"),
    remoteTag: tagIn(request, "from"),
    target: uriIn(request, "contact"),
    routes: listOf(request, "record-route"),
  });
}

function tagOf({ name }: Device): string {
  return `tag-${name}`;
}

/** REGISTER of its contact, as the sample has it. */
export function register(device: Device, sample: Sample, expires: number): string {
  const contact = `<${contactOf(device)}>;+sip.instance="<${device.instance}>";reg-id=1;expires=${expires}`;
  const isWildcard = valueOf(sample.message, "contact") === "*";
  return request(device, sample, `sip:${DOMAIN}`, {
    to: `<${aorOf(device)}>`,
    callId: `reg-${device.name}`,
    ...(!isWildcard && { contact }),
  });
}

/** A request out of any dialog. */
export function request(device: Device, sample: Sample, uri: string, more: Parts = {}): string {
  device.cseq += 1;
  return fill(sample.text, {
    uri,
    vias: [viaOf(device)],
    from: `<${aorOf(device)}>;tag=${make(device, "f")}`,
    to: `<${uri}>`,
    callId: make(device, "call-"),
    cseq: device.cseq,
    ...(sample.message.method !== "REGISTER" && { contact: `<${contactOf(device)}>` }),
    routes: [],
    ...more,
  });
}

function viaOf(device: Device): string {
  return `SIP/2.0/WS ${device.host};branch=z9hG4bK${make(device, "b")}`;
}

export function inDialog(device: Device, sample: Sample, dialog: Dialog): string {
  return request(device, sample, dialog.target, {
    from: `<${dialog.local}>;tag=${dialog.localTag}`,
    to: `<${dialog.remote}>;tag=${dialog.remoteTag}`,
    callId: dialog.callId,
    routes: dialog.routes,
  });
}

/** The ACK for a 2xx. */
export function ackOf(device: Device, sample: Sample, ok: SipResponse): string {
  return fill(sample.text, {
    uri: uriIn(ok, "contact"),
    vias: [viaOf(device)],
    from: valueOf(ok, "from"),
    to: valueOf(ok, "to"),
    callId: valueOf(ok, "call-id"),
    cseq: cseqOf(ok),
    routes: listOf(ok, "record-route").toReversed(),
  });
}

export function cancelOf(sample: Sample, invite: SipRequest): string {
  return fill(sample.text, {
    uri: invite.uri,
    vias: listOf(invite, "via").slice(0, 1),
    from: valueOf(invite, "from"),
    to: valueOf(invite, "to"),
    callId: valueOf(invite, "call-id"),
    cseq: cseqOf(invite),
    routes: listOf(invite, "route"),
  });
}

/** As a UAS answers (§8.2.6, §12.1.1), in the sample's words. */
export function answerTo(device: Device, sample: Sample, asked: SipRequest): string {
  const to = valueOf(asked, "to");
  return fill(sample.text, {
    vias: listOf(asked, "via"),
    recordRoutes: listOf(asked, "record-route"),
    from: valueOf(asked, "from"),
    to: tagIn(asked, "to") === "" ? `${to};tag=${tagOf(device)}` : to,
    callId: valueOf(asked, "call-id"),
    cseqLine: valueOf(asked, "cseq"),
    ...(sample.message.kind === "response" && sample.message.status < 300 && { contact: `<${contactOf(device)}>` }),
  });
}

/** The request once more with the answer to the challenge; a stranger has only a wrong password to try. */
export function withCredentials(device: Device, [asked, challenge]: readonly [SipRequest, SipResponse]): string {
  const known = challengesOf(challenge).find((one) => strengthOf(one) >= 0);
  device.cseq += 1;
  const again = fill(asked.text, { vias: [viaOf(device)], cseq: device.cseq });
  if (known === undefined) return again;
  const secret = { username: device.claims, password: device.user ?? "guess" };
  return fill(again, { credentials: credentialsLine(known, secret, asked, { cnonce: "c0ffee" }) });
}
