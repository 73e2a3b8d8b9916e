// HTTP endpoints for calls: WHIP (RFC 9725) at /broadcast, /echo and /voicemail, its counterpart for viewers at /watch, and a
// stand-in for a realtime service at /v1/realtime/calls, which refuses requests of another form than the documented one.
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createStage, type Session, type Way } from "./media.ts";
import { offerInForm } from "./realtime.ts";

export interface EndpointOptions {
  /** The bearer token that every request must have; without it none is needed. */
  readonly token?: string;
  /** An offer waits for it. */
  readonly beforeAnswer?: () => Promise<void>;
}

export interface Endpoint {
  readonly serve: RequestListener;
  /** `POST /broadcast` … of every request. */
  readonly requests: readonly string[];
  /** By their paths. */
  readonly sessions: ReadonlyMap<string, Session>;
  /** RTP packets that all sessions have received. */
  packets(): number;
}

const REALTIME = "/v1/realtime/calls";

const ways: Readonly<Record<string, Way>> = {
  "/echo": "echo",
  "/broadcast": "broadcast",
  "/watch": "watch",
  "/voicemail": "voicemail",
};

export function createEndpoint({ token, beforeAnswer }: EndpointOptions = {}): Endpoint {
  const stage = createStage();
  const sessions = new Map<string, Session>();
  const requests: string[] = [];
  let count = 0;

  async function open(way: Way, offer: string, path: string, response: ServerResponse): Promise<void> {
    await beforeAnswer?.();
    const session = await stage.open(way, offer);
    sessions.set(path, session);
    response.writeHead(201, { "Content-Type": "application/sdp", Location: path }).end(session.answer);
  }

  async function end(path: string, response: ServerResponse): Promise<void> {
    const session = sessions.get(path);
    sessions.delete(path);
    response.writeHead(session === undefined ? 404 : 200).end();
    await session?.close();
  }

  async function answer({ method, url = "", headers }: IncomingMessage, body: Buffer, response: ServerResponse) {
    const title = `${method} ${url}`;
    requests.push(title);
    const isAuthorized = token === undefined || headers.authorization === `Bearer ${token}`;
    if (!isAuthorized) return response.writeHead(401).end();

    const way = ways[url];
    const type = headers["content-type"] ?? "";
    const ended =
      /^POST (\/v1\/realtime\/calls\/[^/]+)\/hangup$/.exec(title)?.[1] ?? (method === "DELETE" ? url : undefined);
    if (ended !== undefined) return end(ended, response);
    if (title === `POST ${REALTIME}`) {
      const offer = await offerInForm(type, body);
      if (typeof offer !== "string") return response.writeHead(400, JSON_TYPE).end(JSON.stringify(offer));
      return open("echo", offer, `${REALTIME}/rtc_${(count += 1)}`, response);
    }
    if (method !== "POST" || way === undefined) return response.writeHead(404).end();
    if (type !== "application/sdp") return response.writeHead(415).end();
    return open(way, body.toString(), `/session/${(count += 1)}`, response);
  }

  return {
    requests,
    sessions,
    packets: () => stage.packets(),
    serve(request, response) {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      // A form that cannot be read must not end the process.
      request.on("end", () => void answer(request, Buffer.concat(chunks), response).catch(() => refuse(response)));
    },
  };
}

function refuse(response: ServerResponse): void {
  if (!response.headersSent) response.writeHead(400);
  response.end();
}

const JSON_TYPE = { "Content-Type": "application/json" };
