// One WebSocket connection (RFC 6455), raw: all it sends and receives is traced, nothing is interpreted.
import type { IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import type { Trace } from "./trace.ts";

export interface Handshake {
  readonly url: string;
  /** Subprotocols to offer; none offers none. */
  readonly protocols: readonly string[];
  /** Further HTTP headers, such as Origin or Cookie. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Accepts any TLS certificate. */
  readonly isInsecure: boolean;
}

export interface Frame {
  readonly text: string;
  readonly isBinary: boolean;
}

export interface Connection {
  /** Value of Sec-WebSocket-Protocol in the answer; "" without one. */
  readonly protocol: string;
  readonly frames: readonly Frame[];
  readonly isOpen: () => boolean;
  /** A text frame; a Buffer goes as a binary one. */
  send(data: string | Buffer): void;
  /** One message cut into several frames. */
  sendInPieces(pieces: readonly string[]): void;
  readonly isClosed: () => boolean;
  ping(): void;
  /** How many came. */
  readonly pongs: () => number;
  /** Resolves with the close code when the connection is closed. */
  readonly closed: Promise<number>;
  /** Says goodbye, and waits for the answer. */
  close(): Promise<number>;
  /** Cuts the connection without a close frame. */
  cut(): void;
}

export type Handshaken =
  | { readonly ok: true; readonly connection: Connection }
  /** HTTP status, or 0 with the reason the handshake came to nothing. */
  | { readonly ok: false; readonly status: number; readonly reason: string };

export async function openConnection(
  handshake: Handshake,
  who: string,
  trace: Trace,
  onFrame: (frame: Frame) => void,
): Promise<Handshaken> {
  const { url, protocols, headers, timeoutMs, isInsecure } = handshake;
  const socket = new WebSocket(url, [...protocols], {
    headers,
    handshakeTimeout: timeoutMs,
    rejectUnauthorized: !isInsecure,
    perMessageDeflate: false,
  });
  const frames: Frame[] = [];
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    const frame = { text: data.toString("utf8"), isBinary };
    frames.push(frame);
    trace.add(who, "received", frame.text);
    onFrame(frame);
  });
  let pongs = 0;
  socket.on("pong", () => {
    pongs += 1;
    trace.add(who, "note", "pong");
  });
  const closed = new Promise<number>((resolve) => {
    socket.on("close", (code) => {
      trace.add(who, "note", `connection closed, code ${code}`);
      resolve(code);
    });
  });

  const opened = await new Promise<{ status: number; reason: string } | undefined>((resolve) => {
    socket.once("open", () => resolve(undefined));
    socket.on("error", (error) => resolve({ status: 0, reason: error.message }));
    socket.once("unexpected-response", (_request, { statusCode = 0 }: IncomingMessage) => {
      resolve({ status: statusCode, reason: `HTTP ${statusCode}` });
      socket.terminate();
    });
  });
  if (opened !== undefined) return { ok: false, ...opened };

  const connection: Connection = {
    protocol: socket.protocol,
    frames,
    closed,
    isOpen: () => socket.readyState === WebSocket.OPEN,
    send: (data) => {
      trace.add(who, "sent", typeof data === "string" ? data : data.toString("latin1"));
      socket.send(data);
    },
    sendInPieces: (pieces) => {
      trace.add(who, "sent", pieces.join(""));
      pieces.forEach((piece, at) => socket.send(piece, { fin: at === pieces.length - 1 }));
    },
    isClosed: () => socket.readyState === WebSocket.CLOSED,
    ping: () => {
      trace.add(who, "note", "ping");
      socket.ping();
    },
    pongs: () => pongs,
    close: () => {
      socket.close(1000);
      return closed;
    },
    cut: () => socket.terminate(),
  };
  return { ok: true, connection };
}
