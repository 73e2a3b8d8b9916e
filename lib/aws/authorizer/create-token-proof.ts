// Verifies tokens that SIP receives (RFC 8898), on AWS, as the authorizer does for those of a handshake.
import { readSettings, variables } from "../environment.ts";
import { log } from "../log.ts";
import { issuerKeys } from "./issuer-keys.ts";
import { proveToken, type Prover } from "./token-proof.ts";
import type { TokenSettings } from "./token-settings.ts";
import type { Ports } from "../../signaling/ports.ts";

/** Undefined if the deployment accepts no tokens in SIP. The issuer's keys are kept for later tokens. */
export function createTokenProof(environment: NodeJS.ProcessEnv): Ports["verifyToken"] {
  const json = environment[variables.tokens];
  if (json === undefined) return undefined;
  const tokens: TokenSettings = JSON.parse(json); // written from typed props
  const prover: Prover = { domains: readSettings(environment).domains, tokens, issuerKeys: issuerKeys(tokens.issuer) };
  return async (token) => {
    const proof = await proveToken(token, prover);
    if (proof.kind === "issuer failed") log.error("no token can be checked", { reason: proof.reason });
    return proof;
  };
}
