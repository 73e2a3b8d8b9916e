// The tokens that a deployment accepts. The construct's prop `tokens` has this type.

/** The algorithms of RFC 7518 §3.1 and RFC 8037 whose verifying key cannot sign. */
export const tokenAlgorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
] as const;

export type TokenAlgorithm = (typeof tokenAlgorithms)[number];

export interface TokenSettings {
  /** Issuer identifier of OpenID Connect, exactly as the tokens' `iss` has it; discovery starts there. */
  readonly issuer: string;
  /** Tokens must be made for one of these (`aud`): the client id for ID tokens, the API's name for access tokens. */
  readonly audience: readonly string[];
  /** Claim that names the user. */
  readonly claim: string;
  /** Signature algorithms a token may use. */
  readonly algorithms: readonly TokenAlgorithm[];
  /** Seconds that the issuer's clock may differ from this one, for `exp` and `nbf`. */
  readonly clockToleranceSeconds: number;
}

export const defaultTokenSettings: Omit<TokenSettings, "issuer" | "audience"> = {
  claim: "preferred_username", // OpenID Connect Core §5.1: the user's preferred name, which issuers keep unique
  algorithms: tokenAlgorithms,
  clockToleranceSeconds: 30,
};
