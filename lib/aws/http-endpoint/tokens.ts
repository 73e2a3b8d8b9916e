// Bearer tokens of HTTP callees: secrets in plain text. Only those that the deployment lists are read: a policy must not make the
// signing secret a token.
import type { ReadSecret } from "../client/secrets-manager.ts";
import { cachedSecret } from "../secrets-manager/cached-secret.ts";

/** @param arns of the listed secrets; one that was made of a name lacks its six random characters */
export function endpointTokens(
  read: ReadSecret,
  arns: readonly string[],
  now: () => number,
): (secret: string) => Promise<string> {
  const kept = new Map<string, () => Promise<string>>();
  return async (secret) => {
    const arn = arns.find((one) => one === secret || isNamed(secret, one));
    if (arn === undefined) throw new TypeError("the secret of an HTTP callee is not listed");
    const value = kept.get(arn) ?? cachedSecret(() => read(arn), now, toToken);
    kept.set(arn, value);
    return value();
  };
}

/** The name is the last part of the ARN, without its random characters. */
function isNamed(name: string, arn: string): boolean {
  const last = arn.slice(arn.lastIndexOf(":") + 1);
  return last === name || last.replace(/-[A-Za-z0-9]{6}$/, "") === name;
}

/** The syntax of a bearer token (RFC 6750 §2.1). */
function toToken(text: string): string {
  const token = text.trim();
  if (!/^[\w.~+/-]+=*$/.test(token)) throw new TypeError("the secret of an HTTP callee is not a bearer token");
  return token;
}
