// A phone that costs little itself: messages are templates, and only the headers that it needs are read.
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { WebSocket } from "ws";
import { chromeOffer } from "../messages/chrome-offer.ts";

export interface BenchPhone {
  /** Registers; answers a challenge. */
  register(): Promise<void>;
  /** Calls a user whose phone answers at once, and hangs up: INVITE, 180, 200, ACK, BYE, 200. */
  call(user: string): Promise<void>;
  close(): void;
}

/** Connects the phone of `user`, whose password is the user name. */
export async function connectPhone(url: string, user: string, domain: string): Promise<BenchPhone> {
  const socket = new WebSocket(url, "sip", { perMessageDeflate: false });
  await once(socket, "open");
  const contact = `<sip:${user}@${user}.invalid;transport=ws>`;
  const waiting = new Map<string, (response: string) => void>();
  const callId = token();
  const offer = chromeOffer(callId);
  let cseq = 0;

  const send = (lines: readonly string[], body = ""): void => {
    socket.send([...lines, `Content-Length: ${Buffer.byteLength(body)}`, "", body].join("\r\n"));
  };

  /** Sends a request; resolves with its final response. */
  const ask = (method: string, uri: string, headers: readonly string[], body = ""): Promise<string> => {
    const branch = `z9hG4bK${token()}`;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const timeout = setTimeout(() => reject(new Error(`${user}: no final response to ${method}`)), PATIENCE_MS);
    waiting.set(branch, (response) => {
      clearTimeout(timeout);
      resolve(response);
    });
    send([`${method} ${uri} SIP/2.0`, `Via: SIP/2.0/WS ${user}.invalid;branch=${branch}`, ...common, ...headers], body);
    return promise;
  };

  const answer = (request: string): void => {
    if (request.startsWith("ACK ")) return;
    const copied = request.split("\r\n").filter((line) => COPIED.test(line));
    const to = `;tag=${token()}`;
    const tagged = copied.map((line) => (/^To:/i.test(line) && !line.includes(";tag=") ? line + to : line));
    if (!request.startsWith("INVITE ")) return send(["SIP/2.0 200 OK", ...tagged]);
    send(["SIP/2.0 180 Ringing", ...tagged, `Contact: ${contact}`]);
    send(["SIP/2.0 200 OK", ...tagged, `Contact: ${contact}`, "Content-Type: application/sdp"], offer);
  };

  socket.on("message", (data: Buffer) => {
    const text = data.toString("utf8");
    if (!text.startsWith("SIP/2.0 ")) return answer(text);
    if (text.startsWith("SIP/2.0 1")) return;
    const branch = /branch=([^;\r\n,]+)/.exec(text)?.[1] ?? "";
    waiting.get(branch)?.(text);
    waiting.delete(branch);
  });

  return {
    register: async () => {
      const address = `<sip:${user}@${domain}>`;
      const uri = `sip:${domain}`;
      const attempt = (credentials: readonly string[]): Promise<string> => {
        cseq += 1;
        const own = [`From: ${address};tag=${callId}`, `To: ${address}`, `Call-ID: ${callId}`];
        return ask("REGISTER", uri, [
          ...own,
          `CSeq: ${cseq} REGISTER`,
          `Contact: ${contact}`,
          "Expires: 540",
          ...credentials,
        ]);
      };
      const first = await attempt([]);
      const second = first.startsWith("SIP/2.0 401") ? await attempt([authorize(first, user, uri)]) : first;
      if (!second.startsWith("SIP/2.0 200")) throw new Error(`${user} is not registered: ${second.split("\r\n")[0]}`);
    },
    call: async (callee) => {
      const id = token();
      const from = `From: <sip:${user}@${domain}>;tag=${id}`;
      const uri = `sip:${callee}@${domain}`;
      const own = [from, `Call-ID: ${id}`, `Contact: ${contact}`];
      const sdp = ["Content-Type: application/sdp"];
      const ok = await ask("INVITE", uri, [...own, `To: <${uri}>`, "CSeq: 1 INVITE", ...sdp], offer);
      if (!ok.startsWith("SIP/2.0 200")) throw new Error(`${callee} did not answer: ${ok.split("\r\n")[0]}`);
      const to = /^To:.*$/im.exec(ok)?.[0] ?? "";
      const target = /^Contact:[^<]*<([^>]+)>/im.exec(ok)?.[1] ?? uri;
      const routes = [...ok.matchAll(/^Record-Route:\s*(.*)$/gim)].map(([, route]) => `Route: ${route}`).toReversed();
      const via = `Via: SIP/2.0/WS ${user}.invalid;branch=z9hG4bK${token()}`;
      send([`ACK ${target} SIP/2.0`, via, ...common, ...routes, ...own, to, "CSeq: 1 ACK"]);
      const bye = await ask("BYE", target, [...routes, ...own, to, "CSeq: 2 BYE"]);
      if (!bye.startsWith("SIP/2.0 200")) throw new Error(`BYE of ${user}: ${bye.split("\r\n")[0]}`);
    },
    close: () => socket.terminate(),
  };
}

/** The first challenge is answered, with SHA-256 or MD5 as it says (RFC 7616 §3.4). */
function authorize(response: string, user: string, uri: string): string {
  const challenge = /^WWW-Authenticate:\s*Digest\s+(.*)$/im.exec(response)?.[1] ?? "";
  const value = (name: string): string => new RegExp(`${name}="?([^",]+)`).exec(challenge)?.[1] ?? "";
  const algorithm = value("algorithm") || "MD5";
  const hash = (text: string) =>
    createHash(algorithm === "SHA-256" ? "sha256" : "md5")
      .update(text)
      .digest("hex");
  const [realm, nonce, cnonce] = [value("realm"), value("nonce"), token()];
  const secret = hash(`${user}:${realm}:${user}`);
  const proof = hash(`${secret}:${nonce}:00000001:${cnonce}:auth:${hash(`REGISTER:${uri}`)}`);
  const names = `username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=${algorithm}`;
  return `Authorization: Digest ${names}, qop=auth, nc=00000001, cnonce="${cnonce}", response="${proof}"`;
}

const token = (): string => randomBytes(8).toString("hex");
const common = ["Max-Forwards: 70"];
const COPIED = /^(?:Via|From|To|Call-ID|CSeq|Record-Route):/i;
const PATIENCE_MS = 20_000;
