// The server in one process, for WebSocket clients: the signaling on memory, behind the `ws` library.
import { createSecretKey, randomUUID } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { setTimeout } from "node:timers/promises";
import { type WebSocket, WebSocketServer } from "ws";
import { createMemoryBody, type MemoryBody } from "../../lib/memory/body.ts";
import { createSystemClock } from "../../lib/memory/clock.ts";
import { awsPlatform } from "../../lib/sip/policy/platform.ts";
import { defaultSettings, type Settings } from "../../lib/sip/policy/settings.ts";

export interface MemoryServer extends Pick<MemoryBody, "state"> {
  readonly url: string;
  /** Errors of the signaling; a caller got 500 for each. */
  readonly errors: readonly unknown[];
  close(): Promise<void>;
}

export async function startMemoryServer(
  settings: Partial<Settings> & Pick<Settings, "domains">,
): Promise<MemoryServer> {
  const errors: unknown[] = [];
  const failed = (error: unknown): void => void errors.push(error);
  const keys = Promise.resolve({ current: createSecretKey(Buffer.from("a signing key of this run")) });
  const body = createMemoryBody({
    settings: { ...defaultSettings, ...settings },
    platform: awsPlatform,
    clock: createSystemClock(failed),
    random: () => randomUUID(),
    keys: () => keys,
    instead: ({ post }) => ({
      async post(flow, text) {
        await setTimeout(1); // a connection that the phone has cut by now is noticed, as on the longer way through a cloud
        return post(flow, text);
      },
    }),
  });

  const server = new WebSocketServer({
    port: 0,
    host: "127.0.0.1",
    maxPayload: awsPlatform.messageLength,
    handleProtocols: (offered) => offered.has("sip") && "sip",
    verifyClient: ({ req }: { readonly req: IncomingMessage }) =>
      /(?:^|,)\s*sip\s*(?:,|$)/.test(req.headers["sec-websocket-protocol"] ?? ""),
  });
  server.on("connection", (socket, request) => {
    serve(body, socket, request.socket.remoteAddress ?? "", failed);
  });
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("the server has no port");
  return {
    url: `ws://127.0.0.1:${address.port}/`,
    state: body.state,
    errors,
    async close() {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, "close");
    },
  };
}

/** One connection, until it closes. */
function serve(
  { signaling, connections }: MemoryBody,
  socket: WebSocket,
  source: string,
  failed: (error: unknown) => void,
): void {
  const flow = randomUUID();
  socket.on("error", () => socket.terminate()); // a message over the limit
  connections.open(flow, { send: (text) => socket.send(text), close: () => socket.close() });

  async function answer(text: string): Promise<void> {
    const frame = { flow, text, source };
    const reply = await signaling.receive(frame).catch((error: unknown) => {
      failed(error);
      return signaling.answerFailure(frame, "failed");
    });
    if (reply !== undefined) socket.send(reply);
  }

  socket.on("message", (data: Buffer) => void answer(data.toString("utf8")));
  socket.on("close", () => {
    if (connections.remove(flow)) signaling.flowClosed(flow).catch(failed);
  });
}
