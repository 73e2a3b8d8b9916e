// An HTTP media endpoint in memory (RFC 9725), and a network whose address `studio` is answered by it. A test says how it
// answers.
import type { HttpRequest, HttpResult } from "../../../lib/sip/effect.ts";
import type { HttpCallee } from "../../../lib/sip/state/http-callee.ts";
import type { Settings } from "../../../lib/sip/policy/settings.ts";
import type { Ports } from "../../../lib/signaling/ports.ts";
import { createNetwork, DOMAIN, type Network } from "./network.ts";
import type { Phone, PhoneDialog, SentRequest } from "./phone.ts";

export const HOST = "media.example.com";
export const STUDIO = `sip:studio@${DOMAIN}`;

export const OFFER = [
  "v=0",
  "o=- 1 1 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "c=IN IP4 0.0.0.0",
  "a=mid:0",
  "a=ice-ufrag:abcd",
  "a=ice-pwd:0123456789012345678901",
  "a=sendrecv",
  "",
].join("\r\n");

export const ANSWER = OFFER.replace("o=- 1 1", "o=- 7 3")
  .replace("abcd", "efgh")
  .replace("a=mid:0\r\n", "a=mid:0\r\na=setup:active\r\n");

export interface FakeEndpoint {
  /** Every request, in its order. */
  readonly requests: HttpRequest[];
  /** URLs of the sessions that were opened and not ended. */
  readonly sessions: Set<string>;
  /** The answer to the next request; the usual one if it returns undefined. */
  answer: (request: HttpRequest) => HttpResult | Promise<HttpResult> | undefined;
  /** `POST https://…` */
  titles(): readonly string[];
}

function createEndpoint(): FakeEndpoint & { http(request: HttpRequest): Promise<HttpResult> } {
  const requests: HttpRequest[] = [];
  const sessions = new Set<string>();
  let count = 0;
  const endpoint: FakeEndpoint & { http(request: HttpRequest): Promise<HttpResult> } = {
    requests,
    sessions,
    answer: () => undefined,
    titles: () => requests.map(({ method, url }) => `${method} ${url}`),
    async http(request) {
      requests.push(request);
      const chosen = await endpoint.answer(request);
      if (chosen !== undefined) return chosen;
      if (request.method === "POST" && request.purpose === "open") {
        const path = `/session/${(count += 1)}`;
        sessions.add(`https://${HOST}${path}`);
        return created(path);
      }
      const isKnown = sessions.delete(request.url);
      return { kind: "answered", status: isKnown ? 200 : 404, url: request.url, headers: {}, body: "" };
    },
  };
  return endpoint;
}

export function created(location: string, more: Readonly<Record<string, string>> = {}, body = ANSWER): HttpResult {
  const headers = { "content-type": "application/sdp", location, ...more };
  return { kind: "answered", status: 201, url: `https://${HOST}/whip`, headers, body };
}

export function status(code: number): HttpResult {
  return { kind: "answered", status: code, url: `https://${HOST}/whip`, headers: {}, body: "" };
}

export interface Studio {
  readonly network: Network;
  readonly alice: Phone;
  readonly endpoint: FakeEndpoint;
  /** Alice calls the address; without a body, the offer is the usual one. */
  call(phone?: Phone, body?: string): Promise<SentRequest>;
  /** The call is answered and acknowledged. */
  answered(phone?: Phone): Promise<StudioCall>;
}

export interface StudioCall {
  readonly invite: SentRequest;
  readonly dialog: PhoneDialog;
  readonly body: string;
}

/** Alice is online, and `studio` is answered by the endpoint. */
export async function aStudio(
  callee: Partial<HttpCallee> = {},
  settings: Partial<Settings> = {},
  bend: (ports: Ports) => Partial<Ports> = () => ({}),
): Promise<Studio> {
  const endpoint = createEndpoint();
  const network = createNetwork({ calls: "tracked", httpHosts: [HOST], ...settings }, (ports) => {
    const http = (request: HttpRequest) => endpoint.http(request);
    return { http, ...bend({ ...ports, http }) };
  });
  const http = { url: `https://${HOST}/whip`, secret: "media-token", ...callee };
  network.state.addSubscriber({ aor: STUDIO, ha1: {}, http });
  const alice = await network.online("alice", { flow: "alice-1" });

  const call = (phone = alice, body = OFFER) =>
    phone.request("INVITE", STUDIO, { body, lines: ["Content-Type: application/sdp"] });
  return {
    network,
    alice,
    endpoint,
    call,
    async answered(phone = alice) {
      const invite = await call(phone);
      const ok = await phone.takeResponse(200, "INVITE");
      const dialog = phone.dialogAsCaller(invite, ok);
      await phone.inDialog("ACK", dialog, { cseq: invite.cseq });
      return { invite, dialog, body: ok.body };
    },
  };
}

/** States of all stored sessions. */
export function sessionStates({ network }: Pick<Studio, "network">): readonly string[] {
  return [...network.state.rows.httpSessions.values()].map(({ state }) => state);
}

/** Calls that the limit of the callee counts. */
export function openCalls({ network }: Pick<Studio, "network">): number {
  return [...network.state.rows.httpCalls.values()].reduce((sum, { open }) => sum + open.length, 0);
}
