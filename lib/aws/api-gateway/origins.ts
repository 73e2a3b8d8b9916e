// The web pages that may connect. A browser writes the page's origin into every handshake, and the page cannot change it
// (RFC 6455 §10.2). Origins are compared as RFC 6454 §5 does it: by scheme, host and port, never as text.

/** Any page. Must be written explicitly, and as the only entry. */
export const ANY_PAGE = "*";

/** Value of the environment variable if no page may connect. It cannot be an origin itself. */
export const NO_PAGE = "none";

interface Origin {
  readonly scheme: string;
  readonly host: string;
  /** A number, or `*` for any. */
  readonly port: string;
}

/**
 * @param origins values of all Origin headers of a handshake
 * @param allowed entries of the deployment's list, such as `https://phone.example.com` or `http://localhost:*`
 * Several headers, several origins in one (RFC 6454 §7.1) and `null` (§7.3, a sandboxed frame) match no entry.
 */
export function mayConnect(origins: readonly string[], allowed: readonly string[]): boolean {
  if (origins.length === 0 || allowed.includes(ANY_PAGE)) return true;
  const [origin, ...more] = origins.map((text) => parse(ORIGIN, text));
  if (origin === undefined || more.length > 0) return false;
  return allowed.some((text) => {
    const entry = parse(ENTRY, text);
    if (entry?.scheme !== origin.scheme || entry.host !== origin.host) return false;
    return entry.port === "*" || entry.port === origin.port;
  });
}

/** The problems of a list, with corrections. An empty list is valid: no page may connect. */
export function originProblems(allowed: readonly string[]): readonly string[] {
  const isBeside = allowed.length > 1 && allowed.includes(ANY_PAGE);
  return [
    ...(isBeside
      ? [`has "${ANY_PAGE}" beside others: it stands for any page, so write it alone or leave it out.`]
      : []),
    ...allowed.filter((entry) => entry !== ANY_PAGE && !isWellWritten(entry)).map(toProblem),
  ];
}

/** RFC 6454 §6.2 defines one spelling of an origin; any other is probably a mistake. */
function isWellWritten(entry: string): boolean {
  const { scheme } = parse(ENTRY, entry) ?? {};
  if (scheme === undefined || scheme === "ws" || scheme === "wss" || entry !== entry.toLowerCase()) return false;
  const origin = entry.replace(/:\*$/, "");
  return defaultPorts[scheme] === undefined || (URL.canParse(origin) && new URL(origin).origin === origin);
}

function toProblem(entry: string): string {
  const page = entry.replace(/^ws/i, "http").replace(/:\*(?=\/|$)/, "");
  const meant = URL.canParse(page) ? new URL(page).origin : "null";
  const example = meant === "null" || meant.includes("*") ? "as in https://phone.example.com" : `here ${meant}`;
  return `has "${entry}": write scheme, host and port only, ${example}. A port may be *, a host may not.`;
}

/** Matched in any case before it is lowered: a letter that becomes ASCII by lowering (KELVIN SIGN) does not match. */
const ORIGIN = /^([a-z][a-z0-9+.-]*):\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/i;
const ENTRY = /^([a-z][a-z0-9+.-]*):\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}|\*))?$/i;

function parse(pattern: RegExp, text: string): Origin | undefined {
  const [, scheme, host, port] = pattern.exec(text) ?? [];
  if (scheme === undefined || host === undefined) return undefined;
  const lower = scheme.toLowerCase();
  return { scheme: lower, host: host.toLowerCase(), port: port ?? defaultPorts[lower] ?? "" };
}

const defaultPorts: Readonly<Record<string, string>> = { http: "80", https: "443" };
