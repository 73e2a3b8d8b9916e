// Where a deployment asks for tokens: at the handshake, or in SIP (RFC 8898).
import { Token } from "aws-cdk-lib/core";
import type { Settings } from "../sip/policy/settings.ts";

type BearerChallenge = NonNullable<Settings["bearer"]>;

export interface TokenUse {
  /**
   * `connect`: a connection opens only with a token, and SIP asks for no password. `register`: every client connects, and
   * SIP accepts a token (RFC 8898) or a password.
   * @default "connect"
   * @example "register"
   */
  readonly where?: "connect" | "register";
  /**
   * With `where: "register"`: whether the challenge for a token comes before that for a password, or after it. JsSIP and
   * SIP.js read the last challenge only, and only one for a password.
   * @default "first"
   * @example "last"
   */
  readonly offered?: BearerChallenge["offered"];
  /**
   * With `where: "register"`: the scope that the challenge tells clients to request.
   * @default - none
   * @example "sip"
   */
  readonly scope?: string;
}

/** Undefined where the deployment takes no tokens. */
export function tokensAt(tokens: TokenUse | undefined): TokenUse["where"] {
  return tokens && (tokens.where ?? "connect");
}

/** The challenge of a deployment that takes tokens in SIP (RFC 8898 §4). */
export function bearerChallenge(tokens: TokenUse | undefined, issuer: string): BearerChallenge | undefined {
  if (tokensAt(tokens) !== "register") return undefined;
  const { scope, offered = "first" } = tokens ?? {};
  return { authzServer: issuer, ...(scope !== undefined && { scope }), offered };
}

export function tokenUseProblems(tokens: TokenUse | undefined): string[] {
  const { where, offered, scope } = tokens ?? {};
  const problems: string[] = [];
  if (where !== undefined && !places.has(where)) {
    problems.push(`tokens.where is "${where}": it can be "connect" or "register".`);
  }
  if (offered !== undefined && !orders.has(offered)) {
    problems.push(`tokens.offered is "${offered}": it can be "first" or "last".`);
  }
  if (scope !== undefined && !Token.isUnresolved(scope) && !SCOPE.test(scope)) {
    problems.push(`tokens.scope is "${scope}": write one or several words with a space between them.`);
  }
  if (where !== "register" && (offered !== undefined || scope !== undefined)) {
    problems.push('tokens.offered and tokens.scope shape challenges in SIP: they need where: "register".');
  }
  return problems;
}

const places: ReadonlySet<string> = new Set(["connect", "register"]);
const orders: ReadonlySet<string> = new Set(["first", "last"]);

/** RFC 6749 §3.3 */
const SCOPE = /^[!#-[\]-~]+(?: [!#-[\]-~]+)*$/;
