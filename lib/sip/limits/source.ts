// The network of a client, the unit in which addresses are counted (RFC 6177 §2).
import { binaryAddress } from "../syntax/ip-address.ts";

/**
 * An IPv4 address, or the first 64 bits of an IPv6 address: a household has at least one /64 and could send from each of
 * its addresses (RFC 6177 §2). A text that is not an address counts as itself.
 */
export function sourceOf(address: string): string {
  return networkOf(address, 64);
}

/** An IPv4 address, or the first `bits` of an IPv6 address, a multiple of 8. A text that is not an address stays as it is. */
export function networkOf(address: string, bits: number): string {
  if (!address.includes(":")) return address; // IPv4: asked for with each message, so nothing is parsed
  const groups = binaryAddress(`[${address.toLowerCase()}]`)?.split(":");
  if (groups === undefined) return address;
  const isMapped = groups.slice(0, 6).join(":") === "0:0:0:0:0:ffff"; // RFC 4291 §2.5.5.2: an IPv4-mapped address
  return isMapped ? ipv4Of(groups.slice(6)) : `${prefixOf(groups, bits)}::/${bits}`;
}

function prefixOf(groups: readonly string[], bits: number): string {
  const whole = groups.slice(0, Math.floor(bits / 16));
  const half = groups[whole.length];
  if (bits % 16 === 0 || half === undefined) return whole.join(":");
  return [...whole, (Number.parseInt(half, 16) & 0xff00).toString(16)].join(":");
}

function ipv4Of(groups: readonly string[]): string {
  return groups
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 255])
    .join(".");
}
