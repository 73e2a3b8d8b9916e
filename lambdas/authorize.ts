import middy from "@middy/core";
import type { APIGatewayAuthorizerResult as Answer } from "aws-lambda";
import type { Handshake } from "../lib/aws/api-gateway/handshake.ts";
import { createAuthorizer } from "../lib/aws/authorizer/create-authorizer.ts";
import { resultOf } from "../lib/aws/authorizer/result.ts";
import { log } from "../lib/aws/log.ts";
import { observed } from "../lib/aws/middleware.ts";

/** The used parts of a WebSocket REQUEST authorizer's event; the typings describe those of REST only. */
interface AuthorizerEvent extends Handshake {
  readonly methodArn: string;
  readonly requestContext: { readonly connectionId: string; readonly identity?: { readonly sourceIp?: string } };
}

const authorize = createAuthorizer(process.env);

/** Runs before `$connect`, for handshakes with a subprotocol only. */
export const handler = middy<AuthorizerEvent, Answer>()
  .use(observed<AuthorizerEvent, Answer>("authorize"))
  .handler(async (event) => {
    const { connectionId: flow, identity } = event.requestContext;
    const decision = await authorize(event, flow);
    if (decision.kind === "failed") log.error("no token can be verified", { reason: decision.reason, flow });
    if (decision.kind === "refused") log.info("handshake refused", { ...decision, flow, source: identity?.sourceIp });
    return resultOf(decision, event.methodArn);
  });
