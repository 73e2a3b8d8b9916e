// The canonical form of an IP address (RFC 5954 §4.2; RFC 4291 §2.2).

/** Eight groups of 16 bits, or the four bytes of IPv4, in one spelling; undefined if the host is not an address. */
export function binaryAddress(host: string): string | undefined {
  if (!host.startsWith("[")) return ipv4(host)?.join(".");
  return ipv6(host.slice(1, -1))
    ?.map((group) => group.toString(16))
    .join(":");
}

function ipv4(text: string): number[] | undefined {
  const bytes = text.split(".");
  const isAddress = bytes.length === 4 && bytes.every((byte) => /^\d{1,3}$/.test(byte) && Number(byte) < 256);
  return isAddress ? bytes.map(Number) : undefined;
}

const GROUPS = 8;

function ipv6(text: string): number[] | undefined {
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0) return undefined;
  const left = groups(head);
  if (tail === undefined) return left?.length === GROUPS ? left : undefined;
  const right = groups(tail);
  const missing = GROUPS - (left?.length ?? GROUPS) - (right?.length ?? GROUPS);
  // `::` stands for at least one group.
  return left && right && missing > 0 ? [...left, ...Array<number>(missing).fill(0), ...right] : undefined;
}

/** `2001:db8:192.0.2.1`: an IPv4 address may replace the last two groups. */
function groups(text: string): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const last = parts.at(-1) ?? "";
  const bytes = last.includes(".") ? ipv4(last) : undefined;
  if (last.includes(".") && bytes === undefined) return undefined;
  const hexadecimal = bytes === undefined ? parts : parts.slice(0, -1);
  if (!hexadecimal.every((part) => /^[0-9a-f]{1,4}$/.test(part))) return undefined;

  const values = hexadecimal.map((part) => Number.parseInt(part, 16));
  const [a = 0, b = 0, c = 0, d = 0] = bytes ?? [];
  return bytes === undefined ? values : [...values, a * 256 + b, c * 256 + d];
}
