// One try to open a connection, and its result.
import { WebSocket } from "ws";
import type { Patient } from "./finding.ts";

export interface Knock {
  readonly protocols: readonly string[];
  readonly origin?: string;
  /** Connects to an address of this family only. */
  readonly family?: 4 | 6;
}

export interface Opened {
  /** 101 if the connection opened, 0 if nothing answered. */
  readonly status: number;
  /** The subprotocol that was chosen. */
  readonly protocol: string;
}

export function knock(
  { url, patienceMilliseconds }: Pick<Patient, "url" | "patienceMilliseconds">,
  { protocols, origin, family }: Knock,
): Promise<Opened> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, [...protocols], {
      handshakeTimeout: patienceMilliseconds,
      ...(origin !== undefined && { origin }),
      ...(family !== undefined && { family }),
    });
    const end = (status: number) => {
      const { protocol } = socket;
      socket.on("error", () => undefined).terminate();
      resolve({ status, protocol });
    };
    socket.on("unexpected-response", (_request, { statusCode = 0 }) => end(statusCode));
    socket.on("open", () => end(101));
    socket.on("error", () => end(0));
  });
}

/** The server wants a token or a ticket. */
export function isGuarded(status: number): boolean {
  return status === 401 || status === 403;
}
