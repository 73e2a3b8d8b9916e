import middy from "@middy/core";
import type { APIGatewayProxyResultV2 as Answer, APIGatewayProxyWebsocketEventV2 as Event } from "aws-lambda";
import { createSignalingOnAws } from "../lib/aws/create-signaling.ts";
import { observed } from "../lib/aws/middleware.ts";

const signaling = createSignalingOnAws(process.env);

/** Removes the bindings of a connection that has closed. */
export const handler = middy<Event, Answer>()
  .use(observed<Event, Answer>("disconnect"))
  .handler(async ({ requestContext }) => {
    await signaling.flowClosed(requestContext.connectionId);
    return { statusCode: 200 };
  });
