// One open WebSocket connection: sends in frames that are allowed, knows when it was last used, closes for a reason.
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { ConnectionFacts } from "./events.ts";
import { createFrameWatch } from "./frame-watch.ts";
import type { GatewayLimits } from "./limits.ts";

export interface Connection {
  readonly facts: ConnectionFacts;
  /** Epoch milliseconds of the last message, either way. */
  readonly lastActiveAt: () => number;
  /** Sends one text message. */
  send(text: Buffer | string): void;
  /** Bytes the client has not taken yet. */
  readonly backlog: () => number;
  /** Says goodbye; nothing that still comes in is handled. */
  close(code: number, reason: string): void;
  /** Cuts the line without a word. */
  cut(): void;
}

interface ConnectionOptions {
  readonly socket: Duplex;
  readonly webSocket: WebSocket;
  readonly facts: ConnectionFacts;
  readonly limits: GatewayLimits;
  readonly onMessage: (text: string) => void;
  /** Once, however it ended; the code is what `$disconnect` is told. */
  readonly onEnd: (code: number, reason: string) => void;
}

/** Takes over a connection right after the upgrade. */
export function openConnection(options: ConnectionOptions): Connection {
  const { socket, webSocket, facts, limits, onMessage, onEnd } = options;
  let lastActiveAt = Date.now();
  let goodbye: { readonly code: number; readonly reason: string } | undefined;

  let received = 0;
  let wanted = Infinity;

  /** @param messages how many are handled; those that come after them are not. */
  const close = (code: number, reason: string, messages = received): void => {
    if (goodbye !== undefined) return;
    goodbye = { code, reason };
    wanted = messages;
    webSocket.close(code, reason);
  };

  const watch = createFrameWatch(limits.frameBytes);
  // `ws` listens already: reading the bytes after it would be too late, and it unmasks them in place.
  socket.prependListener("data", (chunk: Buffer) => {
    const problem = goodbye === undefined ? watch(chunk) : undefined;
    if (problem === undefined) return;
    close(problem.code, problem.code === 1003 ? "binary is not supported" : "frame too large", problem.messagesBefore);
  });

  webSocket.on("message", (data: Buffer) => {
    received += 1;
    if (received > wanted) return;
    lastActiveAt = Date.now();
    onMessage(data.toString("utf8"));
  });
  webSocket.on("ping", () => {
    if (limits.pingResetsIdle) lastActiveAt = Date.now();
  });
  webSocket.on("error", (error: Error & { code?: string }) => {
    goodbye ??= { code: closeCodes[error.code ?? ""] ?? 1002, reason: error.message }; // ws has sent that very code
  });

  const lifetime = setTimeout(() => close(1001, "Going away"), limits.lifetimeMs);
  let idle: NodeJS.Timeout;
  const checkIdle = (): void => {
    const left = lastActiveAt + limits.idleMs - Date.now();
    if (left <= 0) close(1001, "Going away");
    else idle = setTimeout(checkIdle, left);
  };
  checkIdle();

  webSocket.on("close", (code: number, reason: Buffer) => {
    clearTimeout(lifetime);
    clearTimeout(idle);
    const said = code === 1005 ? "Client-side close frame status not set" : reason.toString("utf8");
    onEnd(goodbye?.code ?? code, goodbye?.reason ?? said);
  });

  return {
    facts,
    lastActiveAt: () => lastActiveAt,
    backlog: () => webSocket.bufferedAmount,
    close,
    cut: () => webSocket.terminate(),
    send: (text) => {
      lastActiveAt = Date.now();
      sendInFrames(webSocket, text, limits.frameBytes);
    },
  };
}

/** The 32 KB rule counts for frames to the client too. */
function sendInFrames(webSocket: WebSocket, text: Buffer | string, frameBytes: number): void {
  const isShort = text.length * (typeof text === "string" ? 3 : 1) <= frameBytes; // a UTF-16 unit is three bytes at most
  if (isShort) return webSocket.send(text, { binary: false });
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  for (let start = 0; start < bytes.length; start += frameBytes) {
    const end = start + frameBytes;
    webSocket.send(bytes.subarray(start, end), { binary: false, fin: end >= bytes.length });
  }
}

/** Errors of `ws` that stand for a close code other than 1002. */
const closeCodes: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
};
