// `@connections`: the API by which functions send to a connection, look it up and close it.
import type { ApiSpec } from "./spec.ts";
import { type ApiRequest, type ApiResponse, type AwsService, ServiceError } from "../service.ts";
import type { Throttling } from "../throttling.ts";
import type { Connection } from "./connection.ts";
import type { RunningGateway } from "./gateway.ts";
import type { GatewayLimits } from "./limits.ts";

interface ManagementOptions {
  readonly api: ApiSpec;
  readonly gateway: Pick<RunningGateway, "find" | "mayRequest">;
  readonly limits: GatewayLimits;
  readonly throttling: Throttling;
  /** Milliseconds a post is held back. */
  readonly delay: () => number;
}

export function createManagementApi({ api, gateway, limits, throttling, delay }: ManagementOptions): AwsService {
  const open = (connectionId: string): Connection => {
    const connection = gateway.find(connectionId);
    if (connection === undefined) throw new ServiceError("GoneException", "Gone", 410);
    return connection;
  };

  const methods: Readonly<Record<string, (connectionId: string, body: Buffer) => Promise<ApiResponse>>> = {
    POST: async (connectionId, body) => {
      if (body.length > limits.messageBytes) {
        throw new ServiceError("PayloadTooLargeException", "Message too long", 413);
      }
      if (throttling.refuses(CONNECTIONS) || !gateway.mayRequest())
        throw new ServiceError("LimitExceededException", "Too Many Requests", 429);
      const wait = delay();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const connection = open(connectionId);
      if (connection.backlog() > limits.clientBufferBytes) {
        throw new ServiceError("LimitExceededException", "The client does not keep up", 429);
      }
      connection.send(body);
      return { status: 200 };
    },
    GET: async (connectionId) => {
      const { facts, lastActiveAt } = open(connectionId);
      const { sourceIp, userAgent } = facts;
      const body = JSON.stringify({
        connectedAt: new Date(facts.connectedAt).toISOString(),
        identity: { sourceIp, userAgent },
        lastActiveAt: new Date(lastActiveAt()).toISOString(),
      });
      return Promise.resolve({ status: 200, headers: { "Content-Type": "application/json" }, body });
    },
    DELETE: async (connectionId) => {
      open(connectionId).close(1000, "");
      return Promise.resolve({ status: 204 });
    },
  };

  return {
    plan: ({ method, url, body }: ApiRequest) => {
      const [path = ""] = url.split("?", 1);
      const [, stage = "", place, encoded = ""] = path.split("/");
      const run = methods[method];
      if (stage !== api.stage || place !== "@connections" || !encoded || run === undefined) {
        throw new ServiceError("ForbiddenException", "Forbidden", 403); // AWS gives the same for a wrong stage
      }
      const connectionId = decodeURIComponent(encoded);
      return {
        action: "execute-api:ManageConnections",
        resources: [`${api.arn}/${stage}/${method}/@connections/${connectionId}`],
        names: connectionId,
        run: () => run(connectionId, body),
      };
    },
    refuse: ({ code, message, status }) => ({
      status: status === 400 ? 403 : status,
      headers: { "Content-Type": "application/json", "x-amzn-ErrorType": code },
      body: JSON.stringify({ message }),
    }),
  };
}

/** Name for throttling of all posts. */
export const CONNECTIONS = "connections";
