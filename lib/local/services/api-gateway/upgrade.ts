// From an HTTP request to a WebSocket (RFC 6455 §4.2), or to a refusal with a status.
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { GatewayLimits } from "./limits.ts";

export interface Upgrades {
  /** @param subprotocol the one that the function chose; it reaches the client as it is, whether the client offered it or not */
  open(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    subprotocol: string | undefined,
    onOpen: (webSocket: WebSocket) => void,
  ): void;
  close(): void;
}

export function createUpgrades({ messageBytes }: Pick<GatewayLimits, "messageBytes">): Upgrades {
  const chosen = new WeakMap<IncomingMessage, string>();
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: messageBytes,
    closeTimeout: 1000, // a client that does not answer a close frame is cut
    handleProtocols: () => false as const, // it can choose among the offers only
  };
  const server = new WebSocketServer(options);
  server.on("headers", (headers, request) => {
    const subprotocol = chosen.get(request);
    if (subprotocol !== undefined) headers.push(`Sec-WebSocket-Protocol: ${subprotocol}`);
  });

  return {
    open: (request, socket, head, subprotocol, onOpen) => {
      if (subprotocol !== undefined) chosen.set(request, subprotocol);
      server.handleUpgrade(request, socket, head, onOpen);
    },
    close: () => server.close(),
  };
}

/** The requirements of RFC 6455 §4.2.1 for an upgrade; checked before a function is invoked. */
export function isHandshake({ method, headers }: IncomingMessage): boolean {
  const key = headers["sec-websocket-key"] ?? "";
  return method === "GET" && headers["sec-websocket-version"] === "13" && /^[+/0-9A-Za-z]{22}==$/.test(key);
}

export function refuse(socket: Duplex, status: number, connectionId?: string, requestId?: string): void {
  const text = STATUS_CODES[status] ?? "Refused";
  const body = JSON.stringify({ message: text, connectionId, requestId });
  socket.once("finish", () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${text}`,
      "Content-Type: application/json",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
  );
}
