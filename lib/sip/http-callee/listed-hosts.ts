// The hosts that requests of this server may go to (RFC 3986 §3.2), as the deployment lists them: `media.example.com` for
// port 443, `media.example.com:8443` for another one.

/** An `https:` URL without user and password at a listed host and port. Not listed: an address in another spelling. */
export function isListed(text: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, host } = new URL(text);
  return protocol === "https:" && username === "" && password === "" && hosts.includes(host);
}
