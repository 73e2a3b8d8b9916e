// Tokens: JWTs (RFC 7519) of one issuer, checked as RFC 8725 asks for.
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { IssuerError } from "../../errors.ts";
import type { TokenSettings } from "./token-settings.ts";

export type Proof =
  | { readonly kind: "proven"; readonly payload: JWTPayload }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "issuer failed"; readonly reason: string };

/** Reasons name claims and never repeat their values. */
export async function verifyToken(token: string, keys: JWTVerifyGetKey, settings: TokenSettings): Promise<Proof> {
  const { issuer, audience, algorithms, clockToleranceSeconds } = settings;
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: [...audience],
      algorithms: [...algorithms], // the token does not choose how it is checked (RFC 8725 §3.1)
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ["exp"],
    });
    return { kind: "proven", payload };
  } catch (error) {
    if (error instanceof IssuerError) return { kind: "issuer failed", reason: error.message };
    if (!(error instanceof errors.JOSEError)) throw error;
    if (aboutTheKeySet.has(error.code)) return { kind: "issuer failed", reason: error.message };
    const isAboutClaim = error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired;
    return { kind: "refused", reason: isAboutClaim ? `${error.claim} ${error.reason}` : error.code };
  }
}

/** Errors of jose about the key set itself. */
const aboutTheKeySet = new Set(["ERR_JOSE_GENERIC", "ERR_JWKS_INVALID", "ERR_JWKS_TIMEOUT"]);
