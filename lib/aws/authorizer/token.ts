// The user that a token names: a JWT (RFC 7519) of the deployment's issuer, for its audience, with the claim of a
// served address, checked as RFC 8725 asks for.
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { IssuerError } from "../../errors.ts";
import type { VerifiedToken } from "../../sip/world.ts";
import { claimedAor } from "./claimed-aor.ts";
import type { TokenSettings } from "./token-settings.ts";

export interface TokenVerifier {
  readonly domains: readonly string[];
  readonly tokens: TokenSettings;
  /** Finds the issuer's key for a token. */
  readonly issuerKeys: JWTVerifyGetKey;
}

/** The reason of a refusal contains the name of a claim, never its value. */
export async function verifyToken(token: string, verifier: TokenVerifier): Promise<VerifiedToken> {
  try {
    return userOf(await payloadOf(token, verifier), verifier);
  } catch (error) {
    if (error instanceof IssuerError) return { kind: "issuer failed", reason: error.message };
    if (!(error instanceof errors.JOSEError)) throw error;
    if (aboutTheKeySet.has(error.code)) return { kind: "issuer failed", reason: error.message };
    const isAboutClaim = error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired;
    return { kind: "refused", reason: isAboutClaim ? `${error.claim} ${error.reason}` : error.code };
  }
}

async function payloadOf(token: string, { issuerKeys, tokens }: TokenVerifier): Promise<JWTPayload> {
  const { issuer, audience, algorithms, clockToleranceSeconds } = tokens;
  const { payload } = await jwtVerify(token, issuerKeys, {
    issuer,
    audience: [...audience],
    algorithms: [...algorithms], // the token does not choose how it is checked (RFC 8725 §3.1)
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ["exp"],
  });
  return payload;
}

function userOf(payload: JWTPayload, { tokens, domains }: TokenVerifier): VerifiedToken {
  const aor = claimedAor(payload[tokens.claim], domains);
  if (aor !== undefined) return { kind: "verified", aor };
  return { kind: "refused", reason: `claim ${tokens.claim} is not a user of this deployment` };
}

/** Errors of jose about the key set itself. */
const aboutTheKeySet = new Set(["ERR_JOSE_GENERIC", "ERR_JWKS_INVALID", "ERR_JWKS_TIMEOUT"]);
