// A phone on a real WebSocket (RFC 7118).
import { once } from "node:events";
import { WebSocket } from "ws";
import { createPhone, type Phone, type PhoneOptions } from "./phone.ts";

/** How long a phone waits for a message on loopback before a test fails. */
/** Until a test fails that waits for a message; no test waits this long for silence. */
const PATIENCE_MILLISECONDS = 60_000;

export interface SocketPhone extends Phone {
  readonly socket: WebSocket;
}

/** Connects, offering `sip` and the other protocols given; rejects with the status if the server refuses. */
export async function connectPhone(
  url: string,
  options: PhoneOptions,
  offers: readonly string[] = [],
): Promise<SocketPhone> {
  const socket = new WebSocket(url, ["sip", ...offers]);
  const phone = createPhone(
    options,
    (inbox) => {
      socket.on("message", (data: Buffer) => inbox.put(data.toString("utf8")));
      return {
        send: (text) =>
          new Promise((resolve, reject) => socket.send(text, (error) => (error ? reject(error) : resolve()))),
        close: async () => {
          const closed = once(socket, "close");
          socket.close();
          await closed;
        },
      };
    },
    PATIENCE_MILLISECONDS,
  );
  await once(socket, "open");
  return { ...phone, socket };
}

export async function onlinePhone(url: string, options: PhoneOptions): Promise<SocketPhone> {
  const phone = await connectPhone(url, options);
  await phone.online();
  return phone;
}
