// Verifies tokens that SIP receives (RFC 8898), on AWS, as the authorizer does for those of a handshake.
import type { Ports } from "../../signaling/ports.ts";
import { readDomains, variables } from "../environment.ts";
import { log } from "../log.ts";
import { issuerKeys } from "./issuer-keys.ts";
import { type TokenVerifier, verifyToken } from "./token.ts";
import { parseTokenSettings } from "./parse-token-settings.ts";

/** Undefined if the deployment accepts no tokens in SIP. The issuer's keys are kept for later tokens. */
export function createTokenVerifier(environment: NodeJS.ProcessEnv): Ports["verifyToken"] {
  const json = environment[variables.tokens];
  if (json === undefined) return undefined;
  const tokens = parseTokenSettings(json);
  const domains = readDomains(environment);
  const verifier: TokenVerifier = { domains, tokens, issuerKeys: issuerKeys(tokens.issuer) };
  return async (token) => {
    const verified = await verifyToken(token, verifier);
    if (verified.kind === "issuer failed") log.error("no token can be verified", { reason: verified.reason });
    return verified;
  };
}
