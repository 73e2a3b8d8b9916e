// The tokens that a deployment accepts: of an OpenID Connect issuer, or of a Cognito user pool.
import { Token } from "aws-cdk-lib/core";
import type { IUserPool, IUserPoolClient } from "aws-cdk-lib/aws-cognito";
import { isTrustworthyUrl } from "../aws/authorizer/issuer-url.ts";
import {
  defaultTokenSettings,
  type TokenAlgorithm,
  tokenAlgorithms,
  type TokenSettings,
} from "../aws/authorizer/token-settings.ts";
import type { TokenUse } from "./token-use.ts";

/** Tokens of an OpenID Connect issuer: such as Auth0, Keycloak, Entra ID. */
export interface IssuerTokens extends TokenUse, Partial<Omit<TokenSettings, "issuer" | "audience">> {
  /**
   * Issuer identifier, exactly as in `iss` of the tokens.
   * @example "https://login.example.com/realms/phones"
   */
  readonly issuer: string;
  /**
   * Client or API that the tokens are made for (`aud`); one of several is enough.
   * @example "phone"
   */
  readonly audience: string | readonly string[];
  /**
   * Claim that names the user: `alice`, or `sip:alice@example.com` with a domain of the deployment.
   * @default "preferred_username"
   * @example "sip_user"
   */
  readonly claim?: string;
  /**
   * Signature algorithms that a token may have. Algorithms with a shared key are not offered.
   * @default - RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519
   * @example ["RS256"]
   */
  readonly algorithms?: readonly TokenAlgorithm[];
  /**
   * Difference between the clocks of issuer and deployment that is tolerated, up to 300 s.
   * @default 30
   * @example 60
   */
  readonly clockToleranceSeconds?: number;
}

/** ID tokens of a Cognito user pool: `tokens: { userPool, client }`. */
export interface UserPoolTokens extends TokenUse {
  /** User pool whose ID tokens are accepted. */
  readonly userPool: IUserPool;
  /** App client that the tokens are made for. */
  readonly client: IUserPoolClient;
  /**
   * Claim that names the user.
   * @default "cognito:username"
   * @example "preferred_username"
   */
  readonly claim?: string;
  /**
   * Difference between the clocks of Cognito and the deployment that is tolerated, up to 300 s.
   * @default 30
   * @example 60
   */
  readonly clockToleranceSeconds?: number;
}

/** The accepted tokens; undefined if the deployment takes none. */
export function tokenSettingsOf(tokens: IssuerTokens | UserPoolTokens | undefined): TokenSettings | undefined {
  if (tokens === undefined) return undefined;
  const { claim, clockToleranceSeconds } = tokens;
  const chosen = {
    ...(claim !== undefined && { claim }),
    ...(clockToleranceSeconds !== undefined && { clockToleranceSeconds }),
  };
  if ("issuer" in tokens) {
    const algorithms: readonly TokenAlgorithm[] = tokens.algorithms ?? defaultTokenSettings.algorithms;
    return {
      ...defaultTokenSettings,
      ...chosen,
      issuer: tokens.issuer,
      audience: [tokens.audience].flat(),
      algorithms,
    };
  }
  return {
    ...defaultTokenSettings,
    claim: "cognito:username",
    algorithms: ["RS256"], // the one algorithm of a user pool
    ...chosen,
    issuer: `https://${tokens.userPool.userPoolProviderName}`,
    audience: [tokens.client.userPoolClientId],
  };
}

/** Problems of the tokens. */
export function tokenProblems(tokens: TokenSettings | undefined): string[] {
  if (tokens === undefined) return [];
  const { issuer, audience, claim, algorithms, clockToleranceSeconds } = tokens;
  const known: readonly string[] = tokenAlgorithms;
  const problems = algorithms
    .filter((algorithm) => !known.includes(algorithm))
    .map((algorithm) => `tokens.algorithms names "${algorithm}": choose among ${known.join(", ")}.`);
  if (!Token.isUnresolved(issuer) && !isTrustworthyUrl(issuer)) {
    problems.push(`tokens.issuer is "${issuer}": write the issuer's https URL as it stands in "iss" of its tokens.`);
  }
  if (audience.length === 0 || audience.includes("")) {
    problems.push(
      "tokens.audience is empty, so tokens made for other clients would be accepted: name your client or your API.",
    );
  }
  if (claim === "") problems.push("tokens.claim is empty: name the claim that holds the user, or leave it out.");
  if (algorithms.length === 0)
    problems.push("tokens.algorithms is empty, so every token would be refused: leave it out.");
  if (!Number.isInteger(clockToleranceSeconds) || clockToleranceSeconds < 0 || clockToleranceSeconds > 300) {
    problems.push(`tokens.clockToleranceSeconds is ${clockToleranceSeconds}: set it to 0 to 300.`);
  }
  return problems;
}
