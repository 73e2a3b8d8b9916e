import type { APIGatewayProxyWebsocketEventV2 } from "aws-lambda";
import type { WebSocketMessage } from "../../sip/transport/web-socket-message.ts";

/** The message in an event of API Gateway. The id of the connection is the id of the flow. */
export function messageOf({
  requestContext,
  body = "",
  isBase64Encoded,
}: APIGatewayProxyWebsocketEventV2): WebSocketMessage {
  const text = isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body;
  const source = textIn(requestContext, "identity", "sourceIp");
  const identity = textIn(requestContext, "authorizer", AUTHORIZED_AOR);
  return {
    flow: requestContext.connectionId,
    text,
    connectedAt: requestContext.connectedAt,
    ...(source !== undefined && { source }),
    ...(identity !== undefined && { identity }),
  };
}

/**
 * Key in the authorizer's context for the AOR of an admitted client; API Gateway adds it to every later event of the
 * connection.
 */
export const AUTHORIZED_AOR = "aor";

/** The typings leave out `identity` and `authorizer`, which WebSocket events carry. */
function textIn(context: object, part: string, name: string): string | undefined {
  const found: unknown = Object.entries(context).find(([key]) => key === part)?.[1];
  if (typeof found !== "object" || found === null) return undefined;
  const value: unknown = Object.entries(found).find(([key]) => key === name)?.[1];
  return typeof value === "string" ? value : undefined;
}
