// An HTTP server, by default on the loopback interface, that ends all its connections when it closes.
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Duplex } from "node:stream";
import type { IncomingMessage } from "node:http";

export interface LocalServer {
  readonly port: number;
  /** Set when the services have started; until then the answer is 503. */
  onRequest: RequestListener;
  onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly host?: string | undefined;
  /** Certificate and key in PEM; without them plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
}

/** @param port 0 takes any free one. Rejects with `EADDRINUSE` if it is taken. */
export async function listen(port: number, { host = "127.0.0.1", tls }: ListenOptions = {}): Promise<LocalServer> {
  const local: { onRequest: RequestListener; onUpgrade: LocalServer["onUpgrade"] } = {
    onRequest: (_request, response) => response.writeHead(503).end(),
    onUpgrade: (_request, socket) => socket.destroy(),
  };
  const onRequest: RequestListener = (request, response) => local.onRequest(request, response);
  const server = tls === undefined ? createServer(onRequest) : createTlsServer(tls, onRequest);
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    local.onUpgrade(request, socket, head),
  );
  const sockets = new Set<Duplex>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.keepAliveTimeout = 300_000; // a client must not lose a connection that it is about to use
  server.listen(port, host);
  await once(server, "listening");

  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has an address with a port");
  return Object.assign(local, {
    port: address.port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy(); // upgraded ones too, which the server no longer tracks
      }),
  });
}
