// Clients of the gateway: `ws` for messages and close codes, a bare socket for frames, which `ws` hides.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type ClientOptions, WebSocket } from "ws";

export interface Client {
  readonly webSocket: WebSocket;
  /** The next message, as text. Rejects when none comes in time. */
  next(timeoutMs?: number): Promise<string>;
  /** Messages that have come and were not asked for. */
  readonly inbox: readonly string[];
  /** How it ended. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  send(text: string): void;
}

/** Opens a connection; rejects with the server's response if it refuses. */
export async function aClient(url: string, protocols?: string | string[], options?: ClientOptions): Promise<Client> {
  const webSocket = new WebSocket(url, protocols, options);
  const inbox: string[] = [];
  const waiting: ((text: string) => void)[] = [];
  webSocket.on("message", (data: Buffer) => {
    const text = data.toString("utf8");
    const waiter = waiting.shift();
    if (waiter) waiter(text);
    else inbox.push(text);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    webSocket.on("close", (code, reason) => resolve({ code, reason: reason.toString("utf8") }));
  });
  await once(webSocket, "open");
  return {
    webSocket,
    inbox,
    closed,
    send: (text) => webSocket.send(text),
    next: (timeoutMs = 60_000) => {
      const text = inbox.shift();
      if (text !== undefined) return Promise.resolve(text);
      return new Promise((resolve, reject) => {
        const timeout = setTimeout(() => reject(new Error(`no message within ${timeoutMs} ms`)), timeoutMs);
        waiting.push((message) => {
          clearTimeout(timeout);
          resolve(message);
        });
      });
    },
  };
}

export interface Handshake {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RawClient {
  readonly socket: Socket;
  readonly handshake: Handshake;
  /** Sends one masked frame. */
  frame(opcode: number, payload: Buffer | string, fin?: boolean): void;
  /** The next frame from the server. */
  nextFrame(): Promise<{ readonly fin: boolean; readonly opcode: number; readonly payload: Buffer }>;
}

/** Does the handshake by hand and never interprets a frame. */
export async function aRawClient(url: string, headers: Readonly<Record<string, string>> = {}): Promise<RawClient> {
  const { hostname, port, pathname, search } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  const lines = {
    Host: hostname,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    ...headers,
  };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\n${head.join("")}\r\n`);

  let buffer = Buffer.alloc(0);
  let wake: (() => void) | undefined;
  const more = (chunk?: Buffer) => {
    if (chunk) buffer = Buffer.concat([buffer, chunk]);
    wake?.();
  };
  socket.on("data", more);
  socket.on("end", () => more());
  socket.on("error", () => more());
  /** Waits until the buffer has this many bytes, and takes them. */
  const take = async (length: number): Promise<Buffer> => {
    while (buffer.length < length) await new Promise<void>((resolve) => (wake = resolve));
    const taken = buffer.subarray(0, length);
    buffer = buffer.subarray(length);
    return taken;
  };

  while (!buffer.includes("\r\n\r\n")) await new Promise<void>((resolve) => (wake = resolve));
  const [first = "", ...rest] = (await take(buffer.indexOf("\r\n\r\n") + 4)).toString("latin1").trim().split("\r\n");
  const received = Object.fromEntries(
    rest.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]),
  );
  const body = (await take(Number(received["content-length"] ?? 0))).toString("utf8");

  return {
    socket,
    handshake: { status: Number(first.split(" ")[1]), headers: received, body },
    frame: (opcode, payload, fin = true) => socket.write(maskedFrame(opcode, Buffer.from(payload), fin)),
    nextFrame: async () => {
      const start = await take(2);
      const short = (start[1] ?? 0) & 0x7f;
      const length =
        short === 126
          ? (await take(2)).readUInt16BE(0)
          : short === 127
            ? Number((await take(8)).readBigUInt64BE(0))
            : short;
      const payload = await take(length);
      return { fin: Boolean((start[0] ?? 0) & 0x80), opcode: (start[0] ?? 0) & 0x0f, payload };
    },
  };
}

function maskedFrame(opcode: number, payload: Buffer, fin: boolean): Buffer {
  const first = Buffer.from([(fin ? 0x80 : 0) | opcode]);
  const length = Buffer.alloc(payload.length < 126 ? 1 : payload.length < 65_536 ? 3 : 9);
  if (payload.length < 126) length[0] = 0x80 | payload.length;
  else if (payload.length < 65_536) {
    length[0] = 0x80 | 126;
    length.writeUInt16BE(payload.length, 1);
  } else {
    length[0] = 0x80 | 127;
    length.writeBigUInt64BE(BigInt(payload.length), 1);
  }
  const mask = randomBytes(4);
  const masked = Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return Buffer.concat([first, length, mask, masked]);
}
