// Posting to a connection, and closing one: any invocation reaches any socket.
import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { Ports } from "../../signaling/signaling.ts";
import { log } from "../log.ts";

/**
 * The SDK has repeated a 429 before it comes here. Whatever else goes wrong is logged and counts as not delivered: what is
 * stored already must be told to those who wait, not undone by one post of several.
 */
export function postToConnection(api: ApiGatewayManagementApiClient): Ports["post"] {
  return async (flow, text) => {
    try {
      await api.send(new PostToConnectionCommand({ ConnectionId: flow, Data: text }));
      return "delivered";
    } catch (error) {
      if (error instanceof GoneException) return "gone";
      if (error instanceof PayloadTooLargeException) return "too large";
      if (error instanceof LimitExceededException) return "busy";
      log.error("post failed", { flow, error });
      return "failed";
    }
  };
}

/** What fails here costs no call: the connection only stays until the gateway notices by itself. */
export function closeConnection(api: ApiGatewayManagementApiClient): Ports["close"] {
  return async (flow) => {
    try {
      await api.send(new DeleteConnectionCommand({ ConnectionId: flow }));
    } catch (error) {
      if (!(error instanceof GoneException)) log.error("close failed", { flow, error });
    }
  };
}
