// A phone that speaks SIP in raw text over any wire: the tests' outside view of the server. It sends what JsSIP sends,
// and a test can alter every part.
import { createHash, randomUUID } from "node:crypto";
import { parseAuthHeader } from "../../../lib/sip/syntax/auth-header.ts";
import {
  header,
  headers,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from "../../../lib/sip/syntax/message.ts";
import { parseNameAddr } from "../../../lib/sip/syntax/name-addr.ts";
import { parameter } from "../../../lib/sip/syntax/parameters.ts";
import { splitList } from "../../../lib/sip/syntax/scan.ts";
import { createInbox, type Inbox, isFinal, isRequest, isResponse } from "./inbox.ts";

export interface Wire {
  send(text: string): Promise<void>;
  close(): Promise<void>;
}

export interface PhoneOptions {
  readonly user: string;
  readonly domain: string;
  readonly password?: string;
  /** `urn:uuid:…`; null for a device without one. */
  readonly instance?: string | null;
  /** The contact URI it had before. */
  readonly contact?: string;
  /** Further parameters of its Contact in REGISTER, such as `;q=0.5`. */
  readonly parameters?: string;
  /** Further parameters of its contact URI in REGISTER, such as `;pn-provider=webpush`. */
  readonly uriParameters?: string;
}

export interface RequestParts {
  /** Instead of `sip:user@domain` of the phone. */
  readonly from?: string;
  readonly to?: string;
  readonly toTag?: string;
  readonly fromTag?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly branch?: string;
  readonly maxForwards?: number;
  readonly routes?: readonly string[];
  /** Whole header lines. */
  readonly lines?: readonly string[];
  readonly body?: string;
}

export interface SentRequest {
  readonly method: string;
  readonly uri: string;
  readonly branch: string;
  readonly callId: string;
  readonly cseq: number;
  readonly fromTag: string;
  readonly to: string;
  readonly text: string;
}

/** One end's view of an established dialog (RFC 3261 §12). */
export interface PhoneDialog {
  readonly remoteTarget: string;
  readonly routes: readonly string[];
  readonly callId: string;
  readonly localTag: string;
  readonly remote: string;
  readonly remoteTag: string;
}

export type Phone = ReturnType<typeof createPhone>;

export const random = (bytes = 6): string =>
  randomUUID()
    .replaceAll("-", "")
    .slice(0, 2 * bytes);

/** A wire calls `inbox.put` with each text that it receives. */
export function createPhone(options: PhoneOptions, connect: (inbox: Inbox) => Wire, patienceMilliseconds: number) {
  const { user, domain, password = user, parameters = "", uriParameters = "" } = options;
  const inbox = createInbox(patienceMilliseconds);
  const wire = connect(inbox);
  const aor = `sip:${user}@${domain}`;
  const host = `${random(4)}.invalid`;
  const contact = options.contact ?? `sip:${random(4)}@${host};transport=ws`;
  const instance = options.instance === undefined ? `urn:uuid:${crypto.randomUUID()}` : options.instance;
  const device = instance === null ? "" : `;+sip.instance="<${instance}>";reg-id=1`;
  let cseq = Math.floor(Math.random() * 1000);

  function write(method: string, uri: string, parts: RequestParts = {}): SentRequest {
    const {
      from = aor,
      to = uri,
      fromTag = random(),
      callId = random(8),
      branch = `z9hG4bK${random()}`,
      maxForwards = 69,
      body = "",
    } = parts;
    cseq += 1;
    const number = parts.cseq ?? cseq;
    const text = [
      `${method} ${uri} SIP/2.0`,
      ...(parts.routes ?? []).map((route) => `Route: ${route}`),
      `Via: SIP/2.0/WS ${host};branch=${branch}`,
      `Max-Forwards: ${maxForwards}`,
      `To: <${to}>${parts.toTag === undefined ? "" : `;tag=${parts.toTag}`}`,
      `From: "${user}" <${from}>;tag=${fromTag}`,
      `Call-ID: ${callId}`,
      `CSeq: ${number} ${method}`,
      ...(["INVITE", "SUBSCRIBE", "UPDATE"].includes(method) ? [`Contact: <${contact}>`] : []),
      ...(parts.lines ?? []),
      `Content-Length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n");
    return { method, uri, branch, callId, cseq: number, fromTag, to, text };
  }

  async function request(method: string, uri: string, parts: RequestParts = {}): Promise<SentRequest> {
    const sent = write(method, uri, parts);
    await wire.send(sent.text);
    return sent;
  }

  /** The answer to a challenge (RFC 7616 §3.4), for the first algorithm offered. */
  function credentials(challenged: SipResponse, sent: SentRequest, secret = password): string {
    const isProxy = challenged.status === 407;
    const offered = headers(challenged, isProxy ? "proxy-authenticate" : "www-authenticate")
      .map(parseAuthHeader)
      .find((challenge) => challenge?.scheme === "digest");
    const [realm, nonce] = [offered?.parameters.get("realm") ?? "", offered?.parameters.get("nonce") ?? ""];
    const algorithm = offered?.parameters.get("algorithm") ?? "MD5";
    const hash = (text: string) =>
      createHash(algorithm === "MD5" ? "md5" : "sha256")
        .update(text)
        .digest("hex");
    const answer = hash(
      `${hash(`${user}:${realm}:${secret}`)}:${nonce}:00000001:c0ffee:auth:${hash(`${sent.method}:${sent.uri}`)}`,
    );
    return [
      `${isProxy ? "Proxy-Authorization" : "Authorization"}: Digest username="${user}", realm="${realm}", nonce="${nonce}"`,
      `uri="${sent.uri}", response="${answer}", algorithm=${algorithm}, cnonce="c0ffee", qop=auth, nc=00000001`,
    ].join(", ");
  }

  /** The answer of a UAS to a request (§8.2.6, §12.1.1). */
  function writeAnswer(
    received: SipRequest,
    status: number,
    parts: { body?: string; tag?: string; lines?: readonly string[] } = {},
  ): string {
    const { body = "", tag = `${user}-tag`, lines = [] } = parts;
    const to = header(received, "to") ?? "";
    return [
      `SIP/2.0 ${status} Whatever`,
      ...headers(received, "via").map((value) => `Via: ${value}`),
      ...headers(received, "record-route").map((value) => `Record-Route: ${value}`),
      `From: ${header(received, "from")}`,
      `To: ${status === 100 || to.includes(";tag=") ? to : `${to};tag=${tag}`}`,
      `Call-ID: ${header(received, "call-id")}`,
      `CSeq: ${header(received, "cseq")}`,
      `Contact: <${contact}>`,
      ...lines,
      `Content-Length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n");
  }

  /** Sends, answers a challenge if one comes, and returns the final response. */
  async function ask(method: string, uri: string, parts: RequestParts = {}): Promise<SipResponse> {
    const callId = parts.callId ?? random(8);
    const sent = await request(method, uri, { ...parts, callId });
    const first = await inbox.take(`final answer to ${method}`, isFinal(method));
    if (first.status !== 401 && first.status !== 407) return first;
    const lines = [...(parts.lines ?? []), credentials(first, sent)];
    await request(method, uri, { ...parts, callId, lines });
    return inbox.take(`final answer to ${method}`, isFinal(method));
  }

  return {
    aor,
    contact,
    instance,
    inbox,
    write,
    request,
    ask,
    credentials,
    send: (text: string) => wire.send(text),
    close: () => wire.close(),

    register: (expires = 600, parts: RequestParts = {}): Promise<SipResponse> =>
      ask("REGISTER", `sip:${domain}`, {
        to: aor,
        ...parts,
        lines: [
          `Contact: <${contact}${uriParameters}>${device}${parameters};expires=${expires}`,
          ...(parts.lines ?? []),
        ],
      }),

    /** Registers or fails. */
    async online(): Promise<void> {
      const { status } = await this.register();
      if (status !== 200) throw new Error(`${user} could not register: ${status}`);
    },

    takeRequest: (method: string): Promise<SipRequest> => inbox.take(method, isRequest(method)),
    takeResponse: (status: number, method: string): Promise<SipResponse> =>
      inbox.take(`${status} ${method}`, isResponse(status, method)),
    takeFinal: (method: string): Promise<SipResponse> => inbox.take(`final ${method}`, isFinal(method)),

    writeAnswer,
    answer: (...answer: Parameters<typeof writeAnswer>) => wire.send(writeAnswer(...answer)),

    /** The caller's dialog out of the 2xx to its INVITE: the route set is turned round (§12.1.2). */
    dialogAsCaller: (sent: SentRequest, ok: SipResponse): PhoneDialog => ({
      remoteTarget: addressIn(header(ok, "contact")),
      routes: headers(ok, "record-route").flatMap(splitList).toReversed(),
      callId: sent.callId,
      localTag: sent.fromTag,
      remote: sent.to,
      remoteTag: tagIn(header(ok, "to")),
    }),

    /** The callee's dialog out of the INVITE it answered (§12.1.1). */
    dialogAsCallee: (invite: SipRequest, tag = `${user}-tag`): PhoneDialog => ({
      remoteTarget: addressIn(header(invite, "contact")),
      routes: headers(invite, "record-route").flatMap(splitList),
      callId: header(invite, "call-id") ?? "",
      localTag: tag,
      remote: addressIn(header(invite, "from")),
      remoteTag: tagIn(header(invite, "from")),
    }),

    inDialog: (method: string, dialog: PhoneDialog, parts: RequestParts = {}): Promise<SentRequest> =>
      request(method, dialog.remoteTarget, {
        to: dialog.remote,
        toTag: dialog.remoteTag,
        fromTag: dialog.localTag,
        callId: dialog.callId,
        routes: dialog.routes,
        ...parts,
      }),
  };
}

export function tagIn(value: string | undefined): string {
  return parameter(parseNameAddr(value ?? "")?.parameters ?? [], "tag") ?? "";
}

export function addressIn(value: string | undefined): string {
  return parseNameAddr(value ?? "")?.address ?? "";
}

export function viasOf(message: SipMessage): string[] {
  return headers(message, "via").flatMap(splitList);
}
