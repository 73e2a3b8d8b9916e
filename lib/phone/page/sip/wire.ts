// The WebSocket of the phone (RFC 7118), as JsSIP wants it. Every message is shown to an observer.
import type { Socket } from "jssip";

/** One WebSocket message, or a remark about the connection. */
export interface WireEvent {
  readonly at: Date;
  readonly direction: "sent" | "received" | "none";
  readonly text: string;
}

export interface WireOptions {
  readonly url: string;
  /** Token for the authorizer of `$connect`, asked for at every connection. */
  readonly token?: () => Promise<string>;
  readonly show: (event: WireEvent) => void;
}

/** Throws a TypeError if `url` is not the URL of a WebSocket. */
export function createWire({ url, token, show }: WireOptions): Socket {
  const { protocol, host } = new URL(url);
  if (protocol !== "ws:" && protocol !== "wss:") throw new TypeError(`${url} is not the URL of a WebSocket`);
  let socket: WebSocket | undefined;
  let isAsking = false;
  const note = (text: string) => show({ at: new Date(), direction: "none", text });

  const open = (protocols: readonly string[]) => {
    const opened = new WebSocket(url, [...protocols]);
    socket = opened;
    opened.addEventListener("open", () => {
      note(`Connected to ${url}`);
      wire.onconnect();
    });
    opened.addEventListener("message", ({ data }) => {
      show({ at: new Date(), direction: "received", text: String(data) });
      wire.ondata(data);
    });
    opened.addEventListener("close", ({ wasClean, code, reason }) => {
      if (socket !== opened) return; // disconnect() was faster
      socket = undefined;
      note(`Disconnected, code ${code}${reason ? `: ${reason}` : ""}`);
      wire.ondisconnect(!wasClean, code, reason);
    });
  };
  const openWithToken = async (ask: () => Promise<string>) => {
    isAsking = true;
    try {
      const given = await ask();
      if (isAsking) open(["sip", `token.${given}`]);
    } catch (error) {
      note(`No token: ${error instanceof Error ? error.message : String(error)}`);
      wire.ondisconnect(true);
    } finally {
      isAsking = false;
    }
  };

  const wire: Socket = {
    url,
    via_transport: protocol === "wss:" ? "WSS" : "WS",
    sip_uri: `sip:${host};transport=ws`,
    connect: () => {
      if (socket !== undefined || isAsking) return;
      if (token === undefined) open(["sip"]);
      else void openWithToken(token);
    },
    disconnect: () => {
      const closing = socket;
      socket = undefined;
      isAsking = false;
      closing?.close();
    },
    send: (message) => {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      const text = typeof message === "string" ? message : ""; // JsSIP sends nothing else
      show({ at: new Date(), direction: "sent", text });
      socket.send(text);
      return true;
    },
    isConnected: () => socket?.readyState === WebSocket.OPEN,
    isConnecting: () => isAsking || socket?.readyState === WebSocket.CONNECTING,
    // JsSIP assigns its own listeners.
    onconnect: () => {},
    ondisconnect: () => {},
    ondata: () => {},
  };
  return wire;
}
