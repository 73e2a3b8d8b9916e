// URLs from which an issuer's keys are accepted. An attacker who can change that response can make tokens for any user.

/**
 * The rule: `https`, or plain `http` on the loopback interface, which is for tests: a deployed function has no issuer there, so
 * such a deployment refuses every token.
 */
export function isTrustworthyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash } = new URL(text);
  if (username !== "" || password !== "" || hash !== "") return false;
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.has(hostname));
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);
