import type { JWK } from "jose";

/** What the issuer's process is told. */
export interface IssuerOrder {
  /** Private keys; they replace those it had. */
  readonly keys: readonly JWK[];
}

/** Whom the tokens are made for. */
export const audience = "https://phones.example.com";
