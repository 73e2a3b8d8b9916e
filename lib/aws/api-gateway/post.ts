// Posting to a connection: any invocation reaches any socket.
import {
  type ApiGatewayManagementApiClient,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { Ports } from "../../signaling.ts";

/** The SDK has repeated a 429 before it comes here. Anything else that fails is ours, and thrown. */
export function postToConnection(api: ApiGatewayManagementApiClient): Ports["post"] {
  return async (flow, text) => {
    try {
      await api.send(new PostToConnectionCommand({ ConnectionId: flow, Data: text }));
      return "delivered";
    } catch (error) {
      if (error instanceof GoneException) return "gone";
      if (error instanceof PayloadTooLargeException) return "too large";
      if (error instanceof LimitExceededException) return "busy";
      throw error;
    }
  };
}
