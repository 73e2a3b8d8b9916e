// A JsSIP socket that shows what goes over it.
import { type Socket, WebSocketInterface } from "jssip";

/** One WebSocket message, or a word about the connection itself. */
export interface WireEvent {
  readonly at: Date;
  readonly direction: "sent" | "received" | "none";
  readonly text: string;
}

/** Throws if `url` is not a WebSocket's. */
export function openWire(url: string, show: (event: WireEvent) => void): Socket {
  const socket = new WebSocketInterface(url);
  const seen = (direction: WireEvent["direction"], text: unknown) =>
    show({ at: new Date(), direction, text: String(text) });

  const send = socket.send.bind(socket);
  socket.send = (message) => {
    seen("sent", message);
    return send(message);
  };

  // The library hands its listeners over by assigning them; each is wrapped when it comes.
  intercept(socket, "ondata", (listener) => (data) => {
    seen("received", data);
    listener(data);
  });
  intercept(socket, "onconnect", (listener) => () => {
    seen("none", `Connected to ${url}`);
    listener();
  });
  intercept(socket, "ondisconnect", (listener) => (error, code, reason) => {
    seen("none", `Disconnected${code === undefined ? "" : `, code ${code}`}${reason ? `: ${reason}` : ""}`);
    listener(error, code, reason);
  });
  return socket;
}

function intercept<Name extends "ondata" | "onconnect" | "ondisconnect">(
  socket: Socket,
  name: Name,
  wrap: (listener: Socket[Name]) => Socket[Name],
): void {
  let current: Socket[Name] | undefined;
  Object.defineProperty(socket, name, {
    get: () => current,
    set: (listener: Socket[Name]) => {
      current = wrap(listener);
    },
  });
}
