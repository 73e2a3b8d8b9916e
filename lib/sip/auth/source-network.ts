// Whom an address stands for when its failures are counted.
import { binaryAddress } from "../syntax/ip-address.ts";

/**
 * An IPv4 address, or the first 64 bits of an IPv6 address: whoever has one has all the rest of them (RFC 6177 §2). What is
 * no address stands for itself.
 */
export function sourceNetwork(address: string): string {
  if (!address.includes(":")) return address;
  const groups = binaryAddress(`[${address.toLowerCase()}]`)?.split(":");
  if (groups === undefined) return address;
  return isMapped(groups) ? ipv4In(groups) : `${groups.slice(0, 4).join(":")}::/64`;
}

/** RFC 4291 §2.5.5.2: an IPv4 address in IPv6's clothes, `::ffff:192.0.2.1`. */
function isMapped(groups: readonly string[]): boolean {
  return groups.slice(0, 6).join(":") === "0:0:0:0:0:ffff";
}

function ipv4In(groups: readonly string[]): string {
  return groups
    .slice(6)
    .map((group) => Number.parseInt(group, 16))
    .flatMap((pair) => [pair >> 8, pair & 255])
    .join(".");
}
