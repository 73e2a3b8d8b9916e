// Messages of phones, in the form in which JsSIP writes them.
import { hash } from "node:crypto";
import { parseAuthHeader } from "../../../../lib/sip/syntax/auth-header.ts";
import {
  header,
  headers,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from "../../../../lib/sip/syntax/message.ts";
import { parseNameAddr } from "../../../../lib/sip/syntax/name-addr.ts";
import { parameter } from "../../../../lib/sip/syntax/parameters.ts";
import { splitList } from "../../../../lib/sip/syntax/scan.ts";
import type { Wire } from "../core/wire.ts";

/** A description of one medium, for HTTP callees. */
export const OFFER = [
  "v=0",
  "o=- 1 1 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "c=IN IP4 0.0.0.0",
  "a=mid:0",
  "a=sendrecv",
  "",
].join("\r\n");

export interface RequestText {
  readonly method: string;
  readonly uri: string;
  /** The sent-by host of the phone. */
  readonly host: string;
  readonly branch: string;
  /** Whole values. */
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly cseq: number;
  readonly routes?: readonly string[];
  /** Whole header lines. */
  readonly lines?: readonly string[];
  readonly body?: string;
}

export function writeRequest(request: RequestText): string {
  const { method, uri, host, branch, from, to, callId, cseq, routes = [], lines = [], body = "" } = request;
  return [
    `${method} ${uri} SIP/2.0`,
    ...routes.map((route) => `Route: ${route}`),
    `Via: SIP/2.0/WSS ${host};branch=${branch}`,
    "Max-Forwards: 69",
    `To: ${to}`,
    `From: ${from}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    ...lines,
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
}

/** §8.2.6: a response, with our tag on the To unless it has one. */
export function writeResponse(
  { message }: Wire<SipRequest>,
  status: number,
  tag: string,
  lines: readonly string[] = [],
): string {
  const to = header(message, "to") ?? "";
  return [
    `SIP/2.0 ${status} Whatever`,
    ...headers(message, "via").map((value) => `Via: ${value}`),
    ...headers(message, "record-route").map((value) => `Record-Route: ${value}`),
    `From: ${header(message, "from")}`,
    `To: ${/;tag=/.test(to) ? to : `${to};tag=${tag}`}`,
    `Call-ID: ${header(message, "call-id")}`,
    `CSeq: ${header(message, "cseq")}`,
    ...lines,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

/** The answer to a challenge (RFC 7616 §3.4). */
export function credentials(
  { message }: Wire<SipResponse>,
  { method, uri }: { readonly method: string; readonly uri: string },
  user: string,
): string {
  const isProxy = message.status === 407;
  const offered = parseAuthHeader(header(message, isProxy ? "proxy-authenticate" : "www-authenticate") ?? "");
  const [realm = "", nonce = ""] = [offered?.parameters.get("realm"), offered?.parameters.get("nonce")];
  const answer = md5(`${md5(`${user}:${realm}:${user}`)}:${nonce}:00000001:c0ffee:auth:${md5(`${method}:${uri}`)}`);
  return [
    `${isProxy ? "Proxy-Authorization" : "Authorization"}: Digest username="${user}", realm="${realm}", nonce="${nonce}"`,
    `uri="${uri}", response="${answer}", algorithm=MD5, cnonce="c0ffee", qop=auth, nc=00000001`,
  ].join(", ");
}

function md5(text: string): string {
  return hash("md5", text);
}

/** Record-Route values, topmost first. */
export function recordRoutes(message: SipMessage): readonly string[] {
  return headers(message, "record-route").flatMap(splitList);
}

/** The URI in a From, To or Contact. */
export function addressIn(value: string | undefined): string {
  return parseNameAddr(value ?? "")?.address ?? "";
}

export function contactOf(message: SipMessage): string {
  return addressIn(header(message, "contact"));
}

/** Seconds that a registration was granted to a contact. */
export function grantedTo(message: SipResponse, contact: string): number {
  const own = headers(message, "contact")
    .flatMap(splitList)
    .map(parseNameAddr)
    .find((one) => one?.address === contact);
  return Number(parameter(own?.parameters ?? [], "expires") ?? 0);
}
