import type { JWK } from "jose";

/** The orders to the issuer's process. */
export interface IssuerOrder {
  /** Private keys; they replace those it had. */
  readonly keys: readonly JWK[];
  /** URLs of phone pages that sign in by its login page. */
  readonly pages?: readonly string[];
}

/** The audience of the tokens. */
export const audience = "https://phones.example.com";
