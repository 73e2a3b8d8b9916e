// Whose tokens a deployment takes: those of an OpenID Connect issuer, or of a Cognito user pool.
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

/** Tokens of an OpenID Connect issuer: Auth0, Keycloak, Entra ID … The defaults are those of `defaultTokenSettings`. */
export interface IssuerTokens extends TokenUse, Partial<Omit<TokenSettings, "issuer" | "audience">> {
  /** Issuer identifier, exactly as in the tokens' `iss`, such as `https://login.example.com/realms/phones`. */
  readonly issuer: string;
  /** What the tokens must be made for (`aud`); any one of several. */
  readonly audience: string | readonly string[];
}

/** ID tokens of a Cognito user pool: `tokens: { userPool, client }`. */
export interface UserPoolTokens extends TokenUse {
  readonly userPool: IUserPool;
  /** The app client the tokens must be made for. */
  readonly client: IUserPoolClient;
  /** Default: `cognito:username`. */
  readonly claim?: string;
  readonly clockToleranceSeconds?: number;
}

/** The tokens that are taken, wherever; undefined if there are none. */
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

/** What is wrong with them. */
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
    problems.push("tokens.audience is empty, so tokens made for anybody would do: name your client or your API.");
  }
  if (claim === "") problems.push("tokens.claim is empty: name the claim that holds the user, or leave it out.");
  if (algorithms.length === 0) problems.push("tokens.algorithms is empty, so no token would do: leave it out.");
  if (!Number.isInteger(clockToleranceSeconds) || clockToleranceSeconds < 0 || clockToleranceSeconds > 300) {
    problems.push(`tokens.clockToleranceSeconds is ${clockToleranceSeconds}: set it to 0 to 300.`);
  }
  return problems;
}
