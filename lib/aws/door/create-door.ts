// The composition of the door on AWS.
import { readSettings, required, variables } from "../environment.ts";
import { type Door, judge, type Verdict } from "./door.ts";
import type { Handshake } from "./handshake.ts";
import { issuerKeys } from "./issuer-keys.ts";
import type { TokenSettings } from "./token-settings.ts";

/** Reads the environment when the first connection comes; what is fetched is kept for the next. */
export function createDoor(environment: NodeJS.ProcessEnv): (handshake: Handshake) => Promise<Verdict> {
  let door: Door | undefined;
  return (handshake) => judge(handshake, (door ??= open(environment)));
}

function open(environment: NodeJS.ProcessEnv): Door {
  const tokens: TokenSettings = JSON.parse(required(environment, variables.tokens)); // written from typed props
  return { domains: readSettings(environment).domains, tokens, keys: issuerKeys(tokens.issuer) };
}
