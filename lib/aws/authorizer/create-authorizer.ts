// The composition of the authorizer on AWS.
import type { Handshake } from "../api-gateway/handshake.ts";
import { openTables } from "../client/dynamodb.ts";
import { openSecrets } from "../client/secrets-manager.ts";
import { schema } from "../dynamodb/schema.ts";
import { redeemTicket } from "../dynamodb/tickets.ts";
import { now } from "../clock.ts";
import { readDomains, required, variables } from "../environment.ts";
import { signingKeys } from "../secrets-manager/signing-keys.ts";
import { type AuthorizerDecision, authorize, type Authorizer } from "./authorize.ts";
import { issuerKeys } from "./issuer-keys.ts";
import { parseTokenSettings } from "./parse-token-settings.ts";

/** Reads the environment at the first connection. The issuer's keys are kept for later ones. */
export function createAuthorizer(
  environment: NodeJS.ProcessEnv,
): (handshake: Handshake, flow: string) => Promise<AuthorizerDecision> {
  let authorizer: Authorizer | undefined;
  return (handshake, flow) => authorize(handshake, flow, (authorizer ??= open(environment)));
}

function open(environment: NodeJS.ProcessEnv): Authorizer {
  const tokens = parseTokenSettings(required(environment, variables.tokens));
  return {
    domains: readDomains(environment),
    tokens,
    issuerKeys: issuerKeys(tokens.issuer),
    signingKeys: signingKeys(openSecrets(), required(environment, variables.signingSecret), now),
    redeem: redeemTicket(openTables(), required(environment, schema.flows.variable)),
    now,
  };
}
