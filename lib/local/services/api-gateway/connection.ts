// One open WebSocket connection: sends in frames of the allowed size, knows when it was last used, closes with a reason.
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { ConnectionFacts } from "./events.ts";
import { createFrameWatch } from "./frame-watch.ts";
import type { GatewayLimits } from "./limits.ts";

export interface Connection {
  readonly facts: ConnectionFacts;
  /** Epoch milliseconds of the last message in either direction. */
  readonly lastActiveAt: () => number;
  /** Sends one text message. */
  send(text: Buffer | string): void;
  /** Bytes the client has not taken yet. */
  readonly backlog: () => number;
  /** Sends a close frame; messages that still arrive are dropped. */
  close(code: number, reason: string): void;
  /** Ends the TCP connection without a close frame. */
  cut(): void;
}

interface ConnectionOptions {
  readonly socket: Duplex;
  readonly webSocket: WebSocket;
  readonly facts: ConnectionFacts;
  readonly limits: GatewayLimits;
  /** Settles when the message has been handled; too many at once pause the reading. */
  readonly onMessage: (text: string) => Promise<void>;
  /** Called once, for every kind of end; `$disconnect` receives the code. */
  readonly onEnd: (code: number, reason: string) => void;
}

/** Takes over a connection right after the upgrade. */
export function openConnection(options: ConnectionOptions): Connection {
  const { socket, webSocket, facts, limits, onMessage, onEnd } = options;
  let lastActiveAt = Date.now();
  let ending: { readonly code: number; readonly reason: string } | undefined;

  let received = 0;
  let wanted = Infinity;

  /** @param messages number of messages to handle; later ones are dropped */
  const close = (code: number, reason: string, messages = received): void => {
    if (ending !== undefined) return;
    ending = { code, reason };
    wanted = messages;
    webSocket.resume(); // for the client's close frame
    webSocket.close(code, reason);
  };

  const watch = createFrameWatch(limits.frameBytes);
  // First, because `ws` unmasks the bytes in place.
  socket.prependListener("data", (chunk: Buffer) => {
    const problem = ending === undefined ? watch(chunk) : undefined;
    if (problem === undefined) return;
    close(problem.code, problem.code === 1003 ? "binary is not supported" : "frame too large", problem.messagesBefore);
  });

  let handling = 0;
  /** Back pressure: the messages of a client that sends faster than they are handled wait in its own buffers. */
  const handle = async (text: string): Promise<void> => {
    handling += 1;
    if (handling >= limits.messagesAtOnce) webSocket.pause();
    await onMessage(text);
    handling -= 1;
    if (handling < limits.messagesAtOnce) webSocket.resume();
  };
  webSocket.on("message", (data: Buffer) => {
    received += 1;
    if (received > wanted) return;
    lastActiveAt = Date.now();
    void handle(data.toString("utf8"));
  });
  webSocket.on("ping", () => {
    if (limits.pingResetsIdle) lastActiveAt = Date.now();
  });
  webSocket.on("error", (error: Error & { code?: string }) => {
    ending ??= { code: closeCodes[error.code ?? ""] ?? 1002, reason: error.message }; // ws has sent that very code
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
    onEnd(ending?.code ?? code, ending?.reason ?? said);
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

/** The limit of 32 KB holds for frames to the client too. */
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
