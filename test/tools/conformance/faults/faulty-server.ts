// A proxy in the middle with one fault: it sits before a good server and alters the traffic. Connections with the same
// path belong to the same check; only they can be confused with one another.
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { WebSocket, WebSocketServer } from "ws";

/** One connection, seen from the middle. */
export interface Wire {
  /** Sends to the phone. */
  reply(text: string): void;
  /** Sends to the good server. */
  forward(text: string): void;
  /** The other connections of this check. */
  readonly others: () => readonly Wire[];
  /** For whatever the fault has to remember of this connection. */
  readonly own: Map<string, string>;
  /** For whatever it has to remember of this check. */
  readonly shared: Map<string, string>;
  /** Ends the connection of the phone. */
  cut(): void;
}

/** The frames that replace one; none drops it. */
export type Passing = (text: string, wire: Wire) => readonly string[];

export interface Fault {
  readonly name: string;
  /** The server's fault. */
  readonly title: string;
  /** Frames of a phone on their way to the good server. */
  readonly fromPhone?: Passing;
  /** Frames of the good server on their way to a phone. */
  readonly toPhone?: Passing;
  /** The subprotocol it answers; false answers none. Default: sip if it was offered, else the connection is refused. */
  readonly subprotocol?: (offered: readonly string[]) => string | false;
  readonly sendsBinary?: boolean;
  readonly closesOnBinary?: boolean;
  /** Reads nothing more after the handshake. */
  readonly isDeaf?: boolean;
  readonly hasNoPong?: boolean;
  /** Keeps the connection to the good server when the phone's is gone. */
  readonly hidesDisconnect?: boolean;
}

export interface FaultyServer {
  /** Where a check finds the server with this fault. */
  urlOf(fault: Fault, check: string): string;
  close(): Promise<void>;
}

export async function startFaultyServer(target: string, faults: readonly Fault[]): Promise<FaultyServer> {
  const byName = new Map(faults.map((fault) => [fault.name, fault]));
  const groups = new Map<string, Set<Wire>>();
  const memories = new Map<string, Map<string, string>>();
  const upstreams = new Set<WebSocket>();

  const server = new WebSocketServer({
    port: 0,
    host: "127.0.0.1",
    autoPong: false,
    handleProtocols: (offered, request) => {
      const choose = faultOf(byName, request)?.subprotocol ?? onlySip;
      return choose([...offered]);
    },
    verifyClient: ({ req }: { readonly req: IncomingMessage }) => {
      const offered = (req.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
      return faultOf(byName, req)?.subprotocol !== undefined || offered.includes("sip");
    },
  });

  server.on("connection", (phone, request) => {
    const fault = faultOf(byName, request);
    if (fault === undefined) return phone.close();
    const path = request.url ?? "";
    const group = groups.get(path) ?? new Set<Wire>();
    groups.set(path, group);
    const shared = memories.get(path) ?? new Map<string, string>();
    memories.set(path, shared);

    const upstream = new WebSocket(target, "sip", { perMessageDeflate: false });
    upstreams.add(upstream);
    const opened = new Promise<void>((resolve) => void upstream.once("open", resolve));
    const send = (socket: WebSocket, text: string, isBinary = false): void => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text, { binary: isBinary });
    };
    const wire: Wire = {
      reply: (text) => send(phone, text, fault.sendsBinary),
      forward: (text) => void opened.then(() => send(upstream, text)),
      others: () => [...group].filter((other) => other !== wire),
      own: new Map(),
      shared,
      cut: () => phone.terminate(),
    };
    group.add(wire);

    phone.on("message", (data: Buffer, isBinary: boolean) => {
      if (isBinary && fault.closesOnBinary) return phone.close(1003);
      if (isBinary) return void opened.then(() => upstream.send(data));
      const text = data.toString("utf8");
      for (const passed of fault.fromPhone?.(text, wire) ?? [text]) wire.forward(passed);
    });
    upstream.on("message", (data: Buffer) => {
      const text = data.toString("utf8");
      for (const passed of fault.toPhone?.(text, wire) ?? [text]) wire.reply(passed);
    });
    phone.on("ping", (data: Buffer) => void (fault.hasNoPong || phone.pong(data)));
    phone.on("close", () => {
      group.delete(wire);
      if (!fault.hidesDisconnect) upstream.terminate();
    });
    upstream.on("close", (code) => {
      upstreams.delete(upstream);
      phone.close(code >= 1000 && code < 1004 ? code : 1000);
    });
    upstream.on("error", () => phone.terminate());
    if (fault.isDeaf) phone.pause();
  });

  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the faulty server has no port");
  const { port } = address;
  return {
    urlOf: (fault, check) => `ws://127.0.0.1:${port}/${fault.name}/${check}`,
    async close() {
      for (const socket of [...upstreams, ...server.clients]) socket.terminate();
      server.close();
      await once(server, "close");
    },
  };
}

function faultOf(byName: ReadonlyMap<string, Fault>, { url = "" }: IncomingMessage): Fault | undefined {
  return byName.get(url.split("/")[1] ?? "");
}

function onlySip(offered: readonly string[]): string | false {
  return offered.includes("sip") ? "sip" : false;
}
