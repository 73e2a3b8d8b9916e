import middy from "@middy/core";
import type { APIGatewayAuthorizerResult as Answer } from "aws-lambda";
import { answerOf } from "../lib/aws/authorizer/answer.ts";
import { createDoor } from "../lib/aws/authorizer/create-door.ts";
import type { Handshake } from "../lib/aws/authorizer/handshake.ts";
import { log } from "../lib/aws/log.ts";
import { observed } from "../lib/aws/middleware.ts";

/** The used parts of a WebSocket REQUEST authorizer's event; the typings describe those of REST only. */
interface AuthorizerEvent extends Handshake {
  readonly methodArn: string;
  readonly requestContext: { readonly connectionId: string; readonly identity?: { readonly sourceIp?: string } };
}

const judge = createDoor(process.env);

/** Runs before `$connect`, for handshakes with a subprotocol only. */
export const handler = middy<AuthorizerEvent, Answer>()
  .use(observed<AuthorizerEvent, Answer>("authorize"))
  .handler(async (event) => {
    const { connectionId: flow, identity } = event.requestContext;
    const verdict = await judge(event, flow);
    if (verdict.kind === "failed") log.error("no token can be verified", { reason: verdict.reason, flow });
    if (verdict.kind === "refused") log.info("refused at the door", { ...verdict, flow, source: identity?.sourceIp });
    return answerOf(verdict, event.methodArn);
  });
