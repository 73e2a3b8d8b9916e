import middy from "@middy/core";
import type { APIGatewayProxyResultV2 as Answer, APIGatewayProxyWebsocketEventV2 as Event } from "aws-lambda";
import { createSignaling } from "../lib/aws/create-signaling.ts";
import { observed } from "../lib/aws/middleware.ts";

const signaling = createSignaling(process.env);

/** One SIP message per WebSocket message (RFC 7118 §5). */
export const handler = middy<Event, Answer>()
  .use(observed<Event, Answer>("default", { statusCode: 200 }))
  .handler(async ({ requestContext, body = "", isBase64Encoded }) => {
    const text = isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body;
    const reply = await signaling.receive({ flow: requestContext.connectionId, text, ...sourceOf(requestContext) });
    return reply === undefined ? { statusCode: 200 } : { statusCode: 200, body: reply }; // saves a call to @connections
  });

/** The typings leave out `identity`, which every WebSocket event carries. */
function sourceOf(context: object): { source?: string } {
  if (!("identity" in context) || typeof context.identity !== "object" || context.identity === null) return {};
  const { sourceIp } = context.identity as { sourceIp?: unknown };
  return typeof sourceIp === "string" ? { source: sourceIp } : {};
}
