import type { APIGatewayProxyWebsocketEventV2 } from "aws-lambda";
import type { Frame } from "../../sip/stack.ts";

/** A MESSAGE event as the protocol sees it: here a connection id becomes a flow. */
export function frameOf({ requestContext, body = "", isBase64Encoded }: APIGatewayProxyWebsocketEventV2): Frame {
  const text = isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body;
  return { flow: requestContext.connectionId, text, ...sourceOf(requestContext) };
}

/** The typings leave out `identity`, which every WebSocket event carries. */
function sourceOf(context: object): { readonly source?: string } {
  if (!("identity" in context) || typeof context.identity !== "object" || context.identity === null) return {};
  const { identity } = context;
  return "sourceIp" in identity && typeof identity.sourceIp === "string" ? { source: identity.sourceIp } : {};
}
