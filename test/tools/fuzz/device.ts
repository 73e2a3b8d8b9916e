// The state of a phone: enough to send the next right message, so that an altered message differs from one that would
// have worked.
import { tagIn, uriIn } from "../conformance/sip/address.ts";
import {
  cseqOf,
  listOf,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  valueOf,
} from "../conformance/sip/message.ts";
import { DOMAIN } from "./domain.ts";
import { readOnce } from "./read-once.ts";

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
  /** Address that a stranger claims. */
  readonly claims: string;
  readonly host: string;
  readonly instance: string;
  /** Its present connection. */
  flow: string;
  cseq: number;
  /** Number of identifiers that it has made up. */
  made: number;
  readonly dialogs: Dialog[];
  /** Requests that it received. */
  readonly asked: SipRequest[];
  /** INVITEs that it sent. */
  readonly invites: SipRequest[];
  /** 2xx to them. */
  readonly taken: SipResponse[];
  /** Requests that were challenged, with the challenge. */
  readonly challenged: (readonly [request: SipRequest, challenge: SipResponse])[];
  /** Requests that it sent, by Call-ID, number and method. */
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

export function contactOf({ name, host }: Device): string {
  return `sip:${name}@${host};transport=ws`;
}

/** Something new: a branch, a tag, a Call-ID. */
export function make(device: Device, what: string): string {
  device.made += 1;
  return `${what}${device.name}${device.made}`;
}

/** How many of each kind a phone remembers. */
const MEMORY = 8;

function remember<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > MEMORY) list.shift();
}

const keyOf = (message: SipMessage): string => `${valueOf(message, "call-id")} ${cseqOf(message)} ${message.method}`;

/** Records a sent text, which may differ from the intended message. */
export function noteSent(device: Device, text: string): void {
  const message = readOnce(text);
  if (message?.kind !== "request") return;
  device.sent.set(keyOf(message), message);
  if (device.sent.size > 4 * MEMORY) device.sent.delete(device.sent.keys().next().value ?? "");
  if (message.method === "INVITE") remember(device.invites, message);
}

export function noteReceived(device: Device, text: string): void {
  const message = readOnce(text);
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

export function tagOf({ name }: Device): string {
  return `tag-${name}`;
}
