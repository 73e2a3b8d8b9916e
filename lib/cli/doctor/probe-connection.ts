// The connection of the doctor's phone: requests with their credentials, and an echo for each request that comes.
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { WebSocket } from "ws";
import { parseAuthHeader } from "../../sip/syntax/auth-header.ts";
import { header, headers, type SipMessage, type SipRequest, type SipResponse } from "../../sip/syntax/message.ts";
import { parseMessage } from "../../sip/syntax/parse.ts";
import type { Patient } from "./finding.ts";

export interface ProbeOptions {
  readonly user: string;
  readonly domain: string;
  /** Challenges are not answered without it. */
  readonly password?: string;
  /** Opens the connection where one needs a token or a ticket. */
  readonly ticket?: string;
}

export interface ProbeConnection {
  readonly aor: string;
  /** Value of Contact. */
  readonly contact: string;
  /** Answers a challenge. Resolves to the final response, or undefined if the time is over or the connection closed before it. */
  request(draft: Draft): Promise<SipResponse | undefined>;
  /** Sends a request that has no response (ACK). */
  send(draft: Draft): void;
  close(): void;
}

export interface Draft {
  readonly method: string;
  readonly uri: string;
  /** Value of To. */
  readonly to: string;
  readonly callId: string;
  readonly lines: readonly string[];
  readonly body?: string;
}

/** Rejects if the connection does not open. */
export async function openProbe(
  { url, patienceMilliseconds }: Pick<Patient, "url" | "patienceMilliseconds">,
  options: ProbeOptions,
): Promise<ProbeConnection> {
  const { user, domain, ticket } = options;
  const offers = ticket === undefined ? ["sip"] : ["sip", `ticket.${ticket}`];
  const socket = new WebSocket(url, offers, { handshakeTimeout: patienceMilliseconds });
  const waiting = new Map<string, (response?: SipResponse) => void>();
  socket.on("message", (data) => receive(Buffer.isBuffer(data) ? data.toString("utf8") : ""));
  await once(socket, "open");
  socket.on("error", () => undefined);
  socket.on("close", () => {
    for (const end of waiting.values()) end();
  });

  const aor = `sip:${user}@${domain}`;
  const contact = `<sip:${user}@doctor.invalid;transport=ws>`;
  const tag = randomId();
  let cseq = 0;

  function receive(text: string): void {
    const parsed = parseMessage(text);
    if (!parsed.ok) return;
    const { message } = parsed;
    if (message.kind === "request") return message.method === "ACK" ? undefined : socket.send(echo(message, contact));
    if (message.status >= 200) waiting.get(header(message, "cseq") ?? "")?.(message);
  }

  function write({ method, uri, to, callId, lines, body = "" }: Draft): string {
    return [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/WSS doctor.invalid;branch=z9hG4bK${randomId()}`,
      "Max-Forwards: 70",
      `To: ${to}`,
      `From: <${aor}>;tag=${tag}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      ...lines,
      `Content-Length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n");
  }

  async function ask(draft: Draft): Promise<SipResponse | undefined> {
    if (socket.readyState !== WebSocket.OPEN) return undefined;
    cseq += 1;
    const key = `${cseq} ${draft.method}`;
    const response = await new Promise<SipResponse | undefined>((resolve) => {
      const end = (answer?: SipResponse) => {
        clearTimeout(patience);
        resolve(answer);
      };
      const patience = setTimeout(end, patienceMilliseconds);
      waiting.set(key, end);
      socket.send(write(draft));
    });
    waiting.delete(key);
    return response;
  }

  async function request(draft: Draft): Promise<SipResponse | undefined> {
    const first = await ask(draft);
    if (first === undefined || (first.status !== 401 && first.status !== 407)) return first;
    const credentials = credentialsFor(first, draft, options);
    return credentials === undefined ? first : ask({ ...draft, lines: [...draft.lines, credentials] });
  }

  return {
    aor,
    contact,
    request,
    send: (draft) => socket.send(write(draft)),
    close: () => socket.terminate(),
  };
}

/** 200 with the body of the request (RFC 3261 §8.2.6, §12.1.1). */
function echo(request: SipRequest, contact: string): string {
  const to = header(request, "to") ?? "";
  return [
    "SIP/2.0 200 OK",
    ...fieldsOf(request, "via", "Via"),
    ...fieldsOf(request, "record-route", "Record-Route"),
    `From: ${header(request, "from")}`,
    `To: ${to.includes(";tag=") ? to : `${to};tag=echo`}`,
    `Call-ID: ${header(request, "call-id")}`,
    `CSeq: ${header(request, "cseq")}`,
    `Contact: ${contact}`,
    ...fieldsOf(request, "content-type", "Content-Type"),
    `Content-Length: ${Buffer.byteLength(request.body)}`,
    "",
    request.body,
  ].join("\r\n");
}

function fieldsOf(message: SipMessage, name: "via" | "record-route" | "content-type", written: string): string[] {
  return headers(message, name).map((value) => `${written}: ${value}`);
}

const hashNames: ReadonlyMap<string, string> = new Map([
  ["MD5", "md5"],
  ["SHA-256", "sha256"],
]);

/** The answer to the first challenge whose algorithm is known (RFC 7616 §3.4.1, RFC 8760 §2.4). */
function credentialsFor(
  challenged: SipResponse,
  { method, uri }: Draft,
  { user, password }: ProbeOptions,
): string | undefined {
  if (password === undefined) return undefined;
  const isProxy = challenged.status === 407;
  for (const value of headers(challenged, isProxy ? "proxy-authenticate" : "www-authenticate")) {
    const { scheme, parameters } = parseAuthHeader(value) ?? {};
    const algorithm = parameters?.get("algorithm") ?? "MD5";
    const hashName = hashNames.get(algorithm);
    if (scheme !== "digest" || hashName === undefined) continue;
    const [realm, nonce] = [parameters?.get("realm") ?? "", parameters?.get("nonce") ?? ""];
    const hash = (text: string) => createHash(hashName).update(text).digest("hex");
    const proof = `${hash(`${user}:${realm}:${password}`)}:${nonce}:00000001:doctor:auth:${hash(`${method}:${uri}`)}`;
    return [
      `${isProxy ? "Proxy-Authorization" : "Authorization"}: Digest username="${user}", realm="${realm}"`,
      `nonce="${nonce}", uri="${uri}", response="${hash(proof)}", algorithm=${algorithm}`,
      'cnonce="doctor", qop=auth, nc=00000001',
    ].join(", ");
  }
  return undefined;
}

export function randomId(): string {
  return randomBytes(6).toString("hex");
}
