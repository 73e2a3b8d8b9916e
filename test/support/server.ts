// The server in one process, for WebSocket clients: the signaling on memory, behind the `ws` library.
import { createSecretKey, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { setTimeout } from "node:timers/promises";
import { type WebSocket, WebSocketServer } from "ws";
import { createMemoryBody, type MemoryBody } from "../../lib/memory/body.ts";
import { createSystemClock } from "../../lib/memory/clock.ts";
import { awsPlatform } from "../../lib/sip/policy/platform.ts";
import { defaultSettings, type Settings } from "../../lib/sip/policy/settings.ts";
import { listen } from "./listen.ts";

export interface MemoryServer extends Pick<MemoryBody, "state"> {
  /** Address for clients, `ws://127.0.0.1:PORT/sip`. */
  readonly ws: string;
  /** Address of the page, `http://127.0.0.1:PORT/`. */
  readonly http: string;
  /** Errors of the signaling; a caller got 500 for each. */
  readonly errors: readonly unknown[];
  /** Open connections, oldest first. */
  connections(): readonly string[];
  /** Cuts a connection without a close frame; false if there is no such one. */
  drop(connection: string): boolean;
  /** Resolves when nothing is decided or sent. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface MemoryServerOptions {
  /** Answers requests that are not WebSocket upgrades; 404 by default. */
  readonly page?: RequestListener;
  /**
   * Holds back every message to and from a phone, every due timer and the end of every connection by a random time up to this,
   * so that they overtake each other, and every commit by up to a third, so that decisions about one record meet. Default 0.
   */
  readonly jitterMs?: number;
}

export async function startMemoryServer(
  settings: Partial<Settings> & Pick<Settings, "domains">,
  { page = notFound, jitterMs = 0 }: MemoryServerOptions = {},
): Promise<MemoryServer> {
  const errors: unknown[] = [];
  const failed = (error: unknown): void => void errors.push(error);
  const keys = Promise.resolve({ current: createSecretKey(Buffer.from("a signing key of this run")) });
  const work = new Set<Promise<unknown>>();
  const tracked = async <T>(task: Promise<T>): Promise<T> => {
    work.add(task);
    try {
      return await task;
    } finally {
      work.delete(task);
    }
  };
  const held = async (most = jitterMs): Promise<void> => {
    if (jitterMs > 0) await setTimeout(Math.random() * most);
  };
  const clock = createSystemClock(failed);
  const body = createMemoryBody({
    settings: { ...defaultSettings, ...settings },
    platform: awsPlatform,
    clock,
    random: () => randomUUID(),
    keys: () => keys,
    fired: (fire) => tracked(held().then(fire)),
    instead: ({ commit, post }) => ({
      async commit(changes) {
        await held(jitterMs / 3);
        return commit(changes);
      },
      async post(flow, text) {
        await setTimeout(1); // a connection that the phone has cut by now is noticed, as on the longer way through a cloud
        await held();
        return post(flow, text);
      },
      wait: (milliseconds) => setTimeout(milliseconds),
    }),
  });
  const { signaling, connections } = body;

  const open = new Map<string, WebSocket>();

  /** One connection, until it closes. */
  function serve(socket: WebSocket, source: string): void {
    const [flow, connectedAt] = [randomUUID(), Date.now()];
    open.set(flow, socket);
    socket.on("error", () => socket.terminate()); // a message over the limit
    connections.open(flow, { send: (text) => socket.send(text), close: () => socket.close(1000) });

    async function answer(text: string): Promise<void> {
      await held();
      const frame = { flow, text, source, connectedAt };
      const reply = await signaling.receive(frame).catch((error: unknown) => {
        failed(error);
        return signaling.answerFailure(frame, "failed");
      });
      if (reply !== undefined) socket.send(reply);
    }

    socket.on("message", (data: Buffer) => void tracked(answer(data.toString("utf8"))));
    socket.on("close", () => {
      open.delete(flow);
      if (connections.remove(flow)) tracked(held().then(() => signaling.flowClosed(flow))).catch(failed);
    });
  }

  const server = createServer(page);
  const sockets = new WebSocketServer({
    server,
    path: "/sip",
    maxPayload: awsPlatform.messageLength,
    handleProtocols: (offered) => offered.has("sip") && "sip",
    verifyClient: ({ req }: { readonly req: IncomingMessage }) =>
      /(?:^|,)\s*sip\s*(?:,|$)/.test(req.headers["sec-websocket-protocol"] ?? ""),
  });
  sockets.on("connection", (socket, request) => serve(socket, request.socket.remoteAddress ?? ""));
  const http = await listen(server);
  return {
    ws: `${http.replace("http", "ws")}/sip`,
    http: `${http}/`,
    state: body.state,
    errors,
    connections: () => [...open.keys()],
    drop(flow) {
      const socket = open.get(flow);
      if (socket === undefined) return false;
      socket.terminate();
      return true;
    },
    async settled() {
      while (work.size > 0) await Promise.allSettled(work);
    },
    async close() {
      clock.stop();
      for (const socket of open.values()) socket.terminate();
      sockets.close();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const notFound: RequestListener = (_request, response) => void response.writeHead(404).end();
