// The connections of a server in one process.
import type { Ports } from "../signaling/ports.ts";

/** The other end of a flow. */
export interface Connection {
  send(text: string): void;
  /** Ends it. */
  close(): void;
}

export interface Connections extends Pick<Ports, "post" | "close"> {
  open(flow: string, connection: Connection): void;
  /** The connection is gone; messages to it are not delivered any more. False if it was not there. */
  remove(flow: string): boolean;
}

/** @param closed is called for each flow that was closed from this side */
export function createConnections(closed: (flow: string) => Promise<void>): Connections {
  const connections = new Map<string, Connection>();
  return {
    open: (flow, connection) => void connections.set(flow, connection),
    remove: (flow) => connections.delete(flow),
    post(flow, text) {
      const connection = connections.get(flow);
      connection?.send(text);
      return Promise.resolve(connection === undefined ? "gone" : "delivered");
    },
    async close(flow) {
      const connection = connections.get(flow);
      if (connection === undefined) return;
      connections.delete(flow);
      connection.close();
      await closed(flow);
    },
  };
}
