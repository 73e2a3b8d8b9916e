// The local cloud's own service for operators: the places of its parts, and its log. It answers programs of this machine only,
// because the log names callers, and the answer about the parts has the cloud's key.
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { LocalCloud } from "../local/local-cloud.ts";
import type { LogEntry } from "../local/log.ts";

/** Paths below this one are answered by {@link createLocalService}. */
export const OPERATIONS_PATH = "/operations/";

/** Path of the live page, beside the phone. */
export const LIVE_PATH = `${OPERATIONS_PATH}live/`;

/** The places of the cloud's parts. */
export type LocalDeployment = Pick<LocalCloud, "ws" | "region" | "credentials" | "endpoints" | "outputs">;

/** The parts of a local cloud that the service reads. */
export type ServedCloud = LocalDeployment & Pick<LocalCloud, "logs">;

export interface LocalService {
  readonly answer: RequestListener;
  /** Passes an entry of the log on to those that follow it. */
  readonly tell: (entry: LogEntry) => void;
}

export function createLocalService(cloud: () => ServedCloud | undefined): LocalService {
  const followers = new Set<ServerResponse>();

  function log(running: ServedCloud, url: URL, response: ServerResponse): void {
    const since = Number(url.searchParams.get("since") ?? 0);
    const callId = url.searchParams.get("callId");
    const isWanted = ({ at, text }: LogEntry) =>
      at >= since && text.startsWith("{") && (callId === null || text.includes(JSON.stringify(callId)));
    response.writeHead(200, { "Content-Type": "application/jsonl", "Cache-Control": "no-store" });
    for (const entry of running.logs.filter(isWanted)) response.write(toLine(entry));
    if (!url.searchParams.has("follow")) return void response.end();
    response.flushHeaders();
    followers.add(response);
    response.on("close", () => followers.delete(response));
  }

  return {
    answer(request, response) {
      const running = cloud();
      if (!isOwnMachine(request)) return void response.writeHead(403).end();
      if (running === undefined) return void response.writeHead(503).end();
      const url = new URL(request.url ?? "/", "http://localhost");
      if (url.pathname === `${OPERATIONS_PATH}log`) return log(running, url, response);
      if (url.pathname !== `${OPERATIONS_PATH}deployment`) return void response.writeHead(404).end();
      const { ws, region, credentials, endpoints, outputs } = running;
      const found: LocalDeployment = { ws, region, credentials, endpoints, outputs };
      response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-store" });
      response.end(JSON.stringify(found));
    },
    tell(entry) {
      if (entry.text.startsWith("{")) for (const follower of followers) follower.write(toLine(entry));
    },
  };
}

function toLine({ at, source, text }: LogEntry): string {
  return `${JSON.stringify({ at, source, text })}\n`;
}

/**
 * From the loopback interface, by its name, and from no other page than those of this server: a page elsewhere whose host
 * name leads to this machine has another Host, and one that fetches across origins sends its own Origin.
 */
export function isOwnMachine({ socket, headers }: IncomingMessage): boolean {
  const isLoopback = /^(?:::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? "");
  const { host = "", origin = `http://${host}` } = headers;
  return isLoopback && OWN_HOST.test(host) && origin === `http://${host}`;
}

const OWN_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;
