// The result of an authorizer for API Gateway.
import type { APIGatewayAuthorizerResult } from "aws-lambda";
import { AUTHORIZED_AOR } from "../api-gateway/web-socket-message.ts";
import type { AuthorizerDecision } from "./authorize.ts";

/**
 * Allow opens all routes of the stage to the connection, and its context comes back on every later event. Deny is 403
 * for the client, whatever the reason.
 */
export function resultOf(decision: AuthorizerDecision, methodArn: string): APIGatewayAuthorizerResult {
  const isAdmitted = decision.kind === "admitted";
  const Resource = `${methodArn.split("/").slice(0, 2).join("/")}/*`; // arn:…:api/stage/$connect
  const Effect = isAdmitted ? "Allow" : "Deny";
  return {
    principalId: isAdmitted ? decision.aor : "nobody",
    policyDocument: { Version: "2012-10-17", Statement: [{ Action: "execute-api:Invoke", Effect, Resource }] },
    ...(isAdmitted && { context: { [AUTHORIZED_AOR]: decision.aor } }),
  };
}
