// The composition of the authorizer on AWS.
import type { Handshake } from "../api-gateway/handshake.ts";
import { openTables } from "../client/dynamodb.ts";
import { openSecrets } from "../client/secrets-manager.ts";
import { schema } from "../dynamodb/schema.ts";
import { redeemTicket } from "../dynamodb/tickets.ts";
import { readSettings, required, variables } from "../environment.ts";
import { signingKeys } from "../secrets-manager/signing-keys.ts";
import { type AuthorizerDecision, authorize, type Authorizer } from "./authorize.ts";
import { issuerKeys } from "./issuer-keys.ts";
import type { TokenSettings } from "./token-settings.ts";

/** Reads the environment at the first connection. The issuer's keys are kept for later ones. */
export function createAuthorizer(
  environment: NodeJS.ProcessEnv,
): (handshake: Handshake, flow: string) => Promise<AuthorizerDecision> {
  let authorizer: Authorizer | undefined;
  return (handshake, flow) => authorize(handshake, flow, (authorizer ??= open(environment)));
}

function open(environment: NodeJS.ProcessEnv): Authorizer {
  const tokens: TokenSettings = JSON.parse(required(environment, variables.tokens)); // written from typed props
  return {
    domains: readSettings(environment).domains,
    tokens,
    issuerKeys: issuerKeys(tokens.issuer),
    signingKeys: signingKeys(openSecrets(), required(environment, variables.signingSecret), now),
    redeem: redeemTicket(openTables(), required(environment, schema.flows.variable)),
    now,
  };
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
