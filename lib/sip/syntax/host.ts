// Hosts and ports (RFC 3261 §25.1). RFC 5118 §4.10: the three colons that its grammar allowed by mistake are tolerated.

export interface HostPort {
  /** Lower case; an IPv6 reference keeps its brackets. */
  readonly host: string;
  readonly port?: number;
}

const NAME = /^[0-9a-z_](?:[0-9a-z_.-]*[0-9a-z_])?\.?$/;
const IPV6_REFERENCE = /^\[[0-9a-f:.]*:[0-9a-f:.]*\]$/;
const PORT = /^\d{1,5}$/;

/** `host[:port]`; undefined if it is neither a name, an IPv4 address nor an IPv6 reference with a port up to 65535. */
export function parseHostPort(text: string): HostPort | undefined {
  const isReference = text.startsWith("[");
  const colon = text.indexOf(":", isReference ? text.indexOf("]") + 1 : 0);
  const host = (colon < 0 ? text : text.slice(0, colon)).trim().toLowerCase();
  if (isReference ? !IPV6_REFERENCE.test(host) : !NAME.test(host) || host.includes("..")) return undefined;
  if (colon < 0) return { host };

  const port = text.slice(colon + 1).trim();
  return PORT.test(port) && Number(port) <= 65_535 ? { host, port: Number(port) } : undefined;
}
