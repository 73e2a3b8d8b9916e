// The user that a token proves: issued by the deployment's issuer, for its audience, with the claim of a served address.
import type { JWTVerifyGetKey } from "jose";
import { claimedAor } from "./claimed-aor.ts";
import { verifyToken } from "./token.ts";
import type { TokenSettings } from "./token-settings.ts";
import type { VerifiedToken } from "../../sip/world.ts";

export interface Prover {
  readonly domains: readonly string[];
  readonly tokens: TokenSettings;
  /** Finds the issuer's key for a token. */
  readonly issuerKeys: JWTVerifyGetKey;
}

export async function proveToken(token: string, { issuerKeys, tokens, domains }: Prover): Promise<VerifiedToken> {
  const verified = await verifyToken(token, issuerKeys, tokens);
  if (verified.kind !== "proven") return verified;
  const aor = claimedAor(verified.payload[tokens.claim], domains);
  return aor === undefined
    ? { kind: "refused", reason: `claim ${tokens.claim} is not a user of this deployment` }
    : { kind: "proven", aor };
}
