// The WebSocket API: its connections, from the upgrade to the close.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { ApiSpec } from "./spec.ts";
import type { Log } from "../../log.ts";
import type { RecordingMeter } from "../../meter.ts";
import { type Connection, openConnection } from "./connection.ts";
import type { ConnectionFacts } from "./events.ts";
import { decideUpgrade } from "./handshake.ts";
import { newGatewayId } from "./identifiers.ts";
import type { Integrations } from "./integration.ts";
import type { GatewayLimits } from "./limits.ts";
import { createRoutes } from "./routes.ts";
import { createThrottle, type Throttle } from "./throttle.ts";
import { createUpgrades, isHandshake, refuse } from "./upgrade.ts";

/** The gateway for tests and tools. */
export interface Gateway {
  /** Open connections, oldest first. */
  connections(): readonly GatewayConnection[];
  /** Cuts a connection without a close frame. Without `$disconnect` if `silently`; false if there is no such connection. */
  drop(connectionId: string, how?: { readonly silently?: boolean }): boolean;
}

export interface GatewayConnection {
  readonly id: string;
  readonly sourceIp: string;
  /** Epoch milliseconds. */
  readonly connectedAt: number;
  readonly lastActiveAt: number;
}

/** The gateway for the cloud and for `@connections`. */
export interface RunningGateway extends Gateway {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  find(connectionId: string): Connection | undefined;
  /** The bucket of the account, for messages in and posts together. */
  readonly mayRequest: Throttle;
  /** Number of running invocations. */
  readonly pending: () => number;
  /** Closes every connection with 1001 and waits for `$disconnect`, at most `graceMs`. */
  close(graceMs: number): Promise<void>;
}

interface GatewayOptions {
  readonly api: ApiSpec;
  readonly limits: GatewayLimits;
  readonly integrations: Integrations;
  readonly random: () => number;
  readonly meter: RecordingMeter;
  readonly log: Log;
}

export function createGateway({ api, limits, integrations, random, meter, log }: GatewayOptions): RunningGateway {
  const connections = new Map<string, Connection>();
  const silenced = new Set<string>();
  const work = new Set<Promise<void>>();
  const mayConnect = createThrottle(limits.connectionsPerSecond, limits.connectionsPerSecond);
  const mayRequest = createThrottle(limits.requestsPerSecond, limits.requestBurst);
  const routes = createRoutes({ api, limits, integrations, meter, mayRequest });
  const upgrades = createUpgrades(limits);

  const track = (task: Promise<void>): Promise<void> => {
    work.add(task);
    return task.finally(() => work.delete(task));
  };

  const connect = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const arrival = factsOf(request);
    meter.record({ caller: "client", service: "apigateway", action: "CONNECT", resource: arrival.connectionId });
    const decision = await decideUpgrade(api, request, arrival, integrations);
    if (decision.kind === "refused") return refuse(socket, decision.status, arrival.connectionId, decision.requestId);

    const { facts } = decision;
    if (!socket.readable || !socket.writable) {
      socket.destroy();
      return disconnect(facts, 1006, "Connection closed abnormally");
    }
    upgrades.open(request, socket, head, decision.subprotocol, (webSocket) => {
      const connection = openConnection({
        socket,
        webSocket,
        facts,
        limits,
        onMessage: (text) => track(routes.message(connection, text)),
        onEnd: (code, reason) => {
          connections.delete(facts.connectionId);
          void track(disconnect(facts, code, reason));
        },
      });
      connections.set(facts.connectionId, connection);
    });
  };

  /** Best effort: it may be lost. */
  const disconnect = async (facts: ConnectionFacts, code: number, reason: string): Promise<void> => {
    const isLost = silenced.delete(facts.connectionId) || random() < limits.lostDisconnects;
    if (!isLost) await routes.disconnect(facts, code, reason);
  };

  return {
    upgrade: (request, socket, head) => {
      socket.on("error", () => socket.destroy());
      const [path] = (request.url ?? "/").split("?", 1);
      if (path !== `/${api.stage}`) return refuse(socket, 403);
      if (!isHandshake(request)) return refuse(socket, 400);
      if (!routes.mayTake("$connect") || !mayConnect()) return refuse(socket, 429);
      void track(
        connect(request, socket, head).catch((error: unknown) => {
          log.write("ERROR", "cloud", error instanceof Error ? (error.stack ?? error.message) : String(error));
          refuse(socket, 500);
        }),
      );
    },
    find: (connectionId) => connections.get(connectionId),
    mayRequest,
    pending: () => work.size,
    connections: () =>
      [...connections.values()].map(({ facts, lastActiveAt }) => ({
        id: facts.connectionId,
        sourceIp: facts.sourceIp,
        connectedAt: facts.connectedAt,
        lastActiveAt: lastActiveAt(),
      })),
    drop: (connectionId, how) => {
      const connection = connections.get(connectionId);
      if (connection === undefined) return false;
      if (how?.silently) silenced.add(connectionId);
      connection.cut();
      return true;
    },
    close: async (graceMs) => {
      for (const connection of connections.values()) connection.close(1001, "Going away");
      const deadline = Date.now() + graceMs;
      while ((connections.size > 0 || work.size > 0) && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      for (const connection of connections.values()) connection.cut();
      upgrades.close();
    },
  };
}

function factsOf(request: IncomingMessage): ConnectionFacts {
  return {
    connectionId: newGatewayId(),
    connectedAt: Date.now(),
    sourceIp: (request.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    userAgent: request.headers["user-agent"],
  };
}
