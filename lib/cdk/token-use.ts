// Where a deployment asks for tokens: at the door, or in SIP (RFC 8898).
import { Token } from "aws-cdk-lib/core";
import type { Settings } from "../sip/policy/settings.ts";

type BearerChallenge = NonNullable<Settings["bearer"]>;

/** Where tokens are asked for. */
export interface TokenUse {
  /**
   * `door`: nobody connects without one, and SIP asks for no password. `register`: anybody connects, and SIP takes a token
   * (RFC 8898) or a password. Default: `door`.
   */
  readonly where?: "door" | "register";
  /**
   * Whether SIP asks for a token before it asks for a password, or after. Default: `first`, because JsSIP and SIP.js keep
   * the last challenge alone and understand no other than for a password.
   */
  readonly offered?: BearerChallenge["offered"];
  /** What SIP tells clients to ask the issuer for. */
  readonly scope?: string;
}

/** Undefined where none are asked for. */
export function asksForTokens(tokens: TokenUse | undefined): TokenUse["where"] {
  return tokens && (tokens.where ?? "door");
}

/** What SIP says about tokens where it takes them (RFC 8898 §4). */
export function bearerChallenge(tokens: TokenUse | undefined, issuer: string): BearerChallenge | undefined {
  if (asksForTokens(tokens) !== "register") return undefined;
  const { scope, offered = "first" } = tokens ?? {};
  return { authzServer: issuer, ...(scope !== undefined && { scope }), offered };
}

export function tokenUseProblems(tokens: TokenUse | undefined): string[] {
  const { where, offered, scope } = tokens ?? {};
  const problems: string[] = [];
  if (where !== undefined && !places.has(where)) {
    problems.push(`tokens.where is "${where}": it can be "door" or "register".`);
  }
  if (offered !== undefined && !orders.has(offered)) {
    problems.push(`tokens.offered is "${offered}": it can be "first" or "last".`);
  }
  if (scope !== undefined && !Token.isUnresolved(scope) && !SCOPE.test(scope)) {
    problems.push(`tokens.scope is "${scope}": write one or several words with a space between them.`);
  }
  if (where !== "register" && (offered !== undefined || scope !== undefined)) {
    problems.push('tokens.offered and tokens.scope are about challenges in SIP: they need where: "register".');
  }
  return problems;
}

const places: ReadonlySet<string> = new Set(["door", "register"]);
const orders: ReadonlySet<string> = new Set(["first", "last"]);

/** RFC 6749 §3.3 */
const SCOPE = /^[!#-[\]-~]+(?: [!#-[\]-~]+)*$/;
