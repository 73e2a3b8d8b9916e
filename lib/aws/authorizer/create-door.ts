// The composition of the authorizer on AWS.
import { openTables } from "../client/dynamodb.ts";
import { openSecrets } from "../client/secrets-manager.ts";
import { schema } from "../dynamodb/schema.ts";
import { spendTicket } from "../dynamodb/tickets.ts";
import { readSettings, required, variables } from "../environment.ts";
import { signingKeys } from "../secrets-manager/signing-keys.ts";
import { type Door, judge, type Verdict } from "./door.ts";
import type { Handshake } from "./handshake.ts";
import { issuerKeys } from "./issuer-keys.ts";
import type { TokenSettings } from "./token-settings.ts";

/** Reads the environment at the first connection. The issuer's keys are kept for later ones. */
export function createDoor(environment: NodeJS.ProcessEnv): (handshake: Handshake, flow: string) => Promise<Verdict> {
  let door: Door | undefined;
  return (handshake, flow) => judge(handshake, flow, (door ??= open(environment)));
}

function open(environment: NodeJS.ProcessEnv): Door {
  const tokens: TokenSettings = JSON.parse(required(environment, variables.tokens)); // written from typed props
  return {
    domains: readSettings(environment).domains,
    tokens,
    issuerKeys: issuerKeys(tokens.issuer),
    signingKeys: signingKeys(openSecrets(), required(environment, variables.signingSecret), now),
    spend: spendTicket(openTables(), required(environment, schema.flows.variable)),
    now,
  };
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
