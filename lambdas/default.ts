import middy from "@middy/core";
import type { APIGatewayProxyResultV2 as Answer, APIGatewayProxyWebsocketEventV2 as Event } from "aws-lambda";
import { createTokenVerifier } from "../lib/aws/authorizer/create-token-verifier.ts";
import { createSignalingOnAws } from "../lib/aws/create-signaling.ts";
import { messageOf } from "../lib/aws/api-gateway/web-socket-message.ts";
import { observed } from "../lib/aws/middleware.ts";
import { isAnswered, isOverload } from "../lib/aws/overload.ts";

const signaling = createSignalingOnAws(process.env, createTokenVerifier(process.env));
await signaling.warmUp();

/** Reply by return: the body goes to the sender as one frame and saves a call to @connections. */
function reply(body: string | undefined): Answer {
  return body === undefined ? { statusCode: 200 } : { statusCode: 200, body };
}

function failed(event: Event, error: unknown): Answer {
  if (isAnswered(error)) return reply(undefined);
  return reply(signaling.answerFailure(messageOf(event), isOverload(error) ? "overloaded" : "failed"));
}

/** One SIP message per WebSocket message (RFC 7118 §5). */
export const handler = middy<Event, Answer>()
  .use(observed("default", failed))
  .handler(async (event) => reply(await signaling.receive(messageOf(event))));
