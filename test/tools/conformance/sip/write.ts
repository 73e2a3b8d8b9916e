// Requests and responses as text, with every part open to be bent.
import { randomBytes } from "node:crypto";
import { tagIn } from "./address.ts";
import { cseqOf, hasField, listOf, type SipRequest, type SipResponse, valueOf, valuesOf } from "./message.ts";

export const random = (bytes = 6): string => randomBytes(bytes).toString("hex");

export const newBranch = (): string => `z9hG4bK${random()}`;

/** The parts of a request. Absent parts get what a plain phone would write. */
export interface RequestParts {
  /** URI of From. */
  readonly from?: string;
  readonly fromTag?: string;
  /** URI of To. */
  readonly to?: string;
  readonly toTag?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly branch?: string;
  /** Null leaves the field out. */
  readonly maxForwards?: number | null;
  /** Elements of Route, `<sip:…;lr>`. */
  readonly routes?: readonly string[];
  /** Elements of Via below the phone's own. */
  readonly vias?: readonly string[];
  /** Element of Contact; null leaves the field out. */
  readonly contact?: string | null;
  /** Further header lines. */
  readonly lines?: readonly string[];
  readonly body?: string;
  /** False leaves Content-Length out (RFC 7118 §5). */
  readonly hasLength?: boolean;
}

/** All parts settled. */
export interface Sent {
  readonly method: string;
  readonly uri: string;
  readonly callId: string;
  readonly cseq: number;
  /** The check chose it: a repetition with credentials stays as close to it as it may. */
  readonly isCseqGiven: boolean;
  readonly branch: string;
  readonly from: string;
  readonly fromTag: string;
  readonly to: string;
  readonly toTag: string | undefined;
  readonly routes: readonly string[];
  readonly text: string;
}

export interface Writer {
  readonly host: string;
  readonly display: string;
  readonly aor: string;
  readonly contact: string;
  nextCseq(): number;
}

/** Methods whose Contact is the remote target of a dialog (RFC 3261 §12). */
const WITH_CONTACT = new Set(["INVITE", "UPDATE", "SUBSCRIBE", "NOTIFY", "REFER"]);

export function writeRequest(writer: Writer, method: string, uri: string, parts: RequestParts): Sent {
  const { from = writer.aor, to = uri, fromTag = random(), toTag, callId = `${random(8)}@${writer.host}` } = parts;
  const { branch = newBranch(), maxForwards = 70, routes = [], vias = [], lines = [], body = "" } = parts;
  const cseq = parts.cseq ?? writer.nextCseq();
  const contact = parts.contact === undefined && WITH_CONTACT.has(method) ? `<${writer.contact}>` : parts.contact;
  const text = [
    `${method} ${uri} SIP/2.0`,
    ...[`SIP/2.0/WS ${writer.host};branch=${branch}`, ...vias].map((via) => `Via: ${via}`),
    ...(maxForwards === null ? [] : [`Max-Forwards: ${maxForwards}`]),
    ...routes.map((route) => `Route: ${route}`),
    `From: "${writer.display}" <${from}>;tag=${fromTag}`,
    `To: <${to}>${toTag === undefined ? "" : `;tag=${toTag}`}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    ...(contact ? [`Contact: ${contact}`] : []),
    ...lines,
    ...(parts.hasLength === false ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    "",
    body,
  ].join("\r\n");
  return {
    method,
    uri,
    callId,
    cseq,
    isCseqGiven: parts.cseq !== undefined,
    branch,
    from,
    fromTag,
    to,
    toTag,
    routes,
    text,
  };
}

export interface ResponseParts {
  readonly reason?: string;
  /** Instead of the phone's own To tag. */
  readonly tag?: string;
  /** Element of Contact; null leaves the field out. */
  readonly contact?: string | null;
  readonly lines?: readonly string[];
  readonly body?: string;
  /** Instead of those of the request. */
  readonly vias?: readonly string[];
}

/** As a UAS answers (RFC 3261 §8.2.6, §12.1.1). */
export function writeResponse(
  request: SipRequest,
  status: number,
  { contact, tag }: { readonly contact: string; readonly tag: string },
  parts: ResponseParts = {},
): string {
  const { reason = "Conformance", body = "", lines = [] } = parts;
  const to = valueOf(request, "to");
  const isTagged = status === 100 || tagIn(request, "to") !== "";
  const isDialogForming = request.method !== "BYE" && request.method !== "CANCEL" && status < 300 && status > 100;
  const address = parts.contact === undefined && isDialogForming ? `<${contact}>` : parts.contact;
  return [
    `SIP/2.0 ${status} ${reason}`,
    ...(parts.vias ?? valuesOf(request, "via")).map((via) => `Via: ${via}`),
    ...(status < 300 && status > 100 ? valuesOf(request, "record-route").map((route) => `Record-Route: ${route}`) : []),
    `From: ${valueOf(request, "from")}`,
    `To: ${isTagged ? to : `${to};tag=${parts.tag ?? tag}`}`,
    `Call-ID: ${valueOf(request, "call-id")}`,
    `CSeq: ${valueOf(request, "cseq")}`,
    ...(status === 100 && hasField(request, "timestamp") ? [`Timestamp: ${valueOf(request, "timestamp")}`] : []),
    ...(address ? [`Contact: ${address}`] : []),
    ...lines,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "",
    body,
  ].join("\r\n");
}

/** The ACK for a refusal (§17.1.1.3): Via, From, Call-ID, Route and Request-URI of the INVITE, To of the response. */
export function writeAck(invite: SipRequest, response: SipResponse): string {
  return [
    `ACK ${invite.uri} SIP/2.0`,
    `Via: ${listOf(invite, "via")[0] ?? ""}`,
    "Max-Forwards: 70",
    ...valuesOf(invite, "route").map((route) => `Route: ${route}`),
    `From: ${valueOf(invite, "from")}`,
    `To: ${valueOf(response, "to")}`,
    `Call-ID: ${valueOf(invite, "call-id")}`,
    `CSeq: ${cseqOf(invite)} ACK`,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

/** The same request with new header lines at the end of its head, and a new branch where it has the old one. */
export function amend(
  text: string,
  from: Sent,
  change: { branch: string; cseq: number; lines: readonly string[] },
): string {
  const end = text.indexOf("\r\n\r\n");
  const head = text
    .slice(0, end < 0 ? text.length : end)
    .replaceAll(from.branch, change.branch)
    .replace(new RegExp(`^(CSeq[ \t]*:[ \t]*)${from.cseq}\\b`, "im"), `$1${change.cseq}`);
  const lines = head.split("\r\n").filter((line) => !/^(?:Proxy-)?Authorization\s*:/i.test(line));
  return [...lines, ...change.lines].join("\r\n") + (end < 0 ? "\r\n\r\n" : text.slice(end));
}
