// The two calls to API Gateway's `@connections`: any invocation reaches any socket.
import {
  ApiGatewayManagementApiClient,
  type ApiGatewayManagementApiClientConfig,
  DeleteConnectionCommand,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { type Dialect, lean, type Wire } from "./lean.ts";
import { requestHandler } from "./request-handler.ts";
import { createRetries } from "./retries.ts";
import { encodeSegment } from "./sign-request.ts";
import type { Exchange } from "./transport.ts";

export interface Connections {
  /** Sends a text frame. A throttled post was repeated before it is "busy". Rejects with the SDK's error for anything else. */
  post(connectionId: string, text: string): Promise<"delivered" | "gone" | "too large" | "busy">;
  /** Closes a connection; one that is gone already is closed. */
  close(connectionId: string): Promise<void>;
}

const ATTEMPTS = 3;

/** @param endpoint `https://…` with the stage, as CDK's `stage.callbackUrl` */
export function openConnections(
  endpoint: string,
  config: ApiGatewayManagementApiClientConfig = {},
  send?: Exchange,
): Connections {
  const client = leanApiGateway(endpoint, config, send);
  return {
    async post(connectionId, text) {
      try {
        await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: text }));
        return "delivered";
      } catch (error) {
        if (error instanceof GoneException) return "gone";
        if (error instanceof PayloadTooLargeException) return "too large";
        if (error instanceof LimitExceededException) return "busy";
        throw error;
      }
    },
    async close(connectionId) {
      try {
        await client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
      } catch (error) {
        if (!(error instanceof GoneException)) throw error;
      }
    },
  };
}

export function leanApiGateway(
  endpoint: string,
  config: ApiGatewayManagementApiClientConfig = {},
  send?: Exchange,
): ApiGatewayManagementApiClient {
  const retries = createRetries(ATTEMPTS);
  const client = new ApiGatewayManagementApiClient({
    cacheMiddleware: true,
    requestHandler,
    retryStrategy: retries,
    endpoint,
    ...config,
  });
  const url = Promise.resolve(new URL(endpoint));
  const dialect: Dialect<ServiceInputTypes, ServiceOutputTypes> = {
    service: "execute-api",
    retries,
    endpoint: () => url,
    write(operation, { ConnectionId = "", ...input }) {
      const path = `/@connections/${encodeSegment(ConnectionId)}`;
      if (operation === "DeleteConnection") return { method: "DELETE", path, headers: {}, body: "" };
      if (operation !== "PostToConnection" || !("Data" in input) || typeof input.Data !== "string") return undefined;
      const headers = { "content-type": "application/octet-stream" };
      return { method: "POST", path, headers, body: input.Data } satisfies Wire;
    },
    read({ status, headers }, _input, $metadata) {
      if (status === 200 || status === 204) return { $metadata };
      const name = headers["x-amzn-errortype"]?.split(/[:#]/)[0];
      const refused = { message: name ?? "", $metadata };
      if (name === "GoneException") throw new GoneException(refused);
      if (name === "PayloadTooLargeException") throw new PayloadTooLargeException(refused);
      return undefined;
    },
  };
  return lean<ServiceInputTypes, ServiceOutputTypes, ApiGatewayManagementApiClient>(client, dialect, send);
}
