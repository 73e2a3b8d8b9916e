// Where an issuer may be asked for its keys. Whoever can change what comes back decides who everybody is.

/**
 * The rule: `https`, or plain `http` to this very machine, which nobody stands between. That is for tests: a deployed
 * Lambda has no issuer beside it, so such a deployment lets nobody in.
 */
export function isTrustworthyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash } = new URL(text);
  if (username !== "" || password !== "" || hash !== "") return false;
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.has(hostname));
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);
