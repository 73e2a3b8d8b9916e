// Addresses that requests to HTTP endpoints may go to: public ones (IANA special-purpose address registries, RFC 6890). A
// name that is listed may resolve to any address, so every address is judged where the connection is made.
import { lookup as resolve } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** Ranges of IPv4 that are not the public Internet. */
const SPECIAL_IPV4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const;

/** Global unicast, the only public range of IPv6. IPv4-mapped, translated, local and multicast addresses lie outside of it. */
const GLOBAL_UNICAST = ["2000::", 3] as const;

/** Special ranges in it: protocol assignments with Teredo, documentation, 6to4. */
const SPECIAL_IPV6 = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const;

const special4 = new BlockList();
for (const [network, prefix] of SPECIAL_IPV4) special4.addSubnet(network, prefix, "ipv4");
const global6 = new BlockList();
global6.addSubnet(...GLOBAL_UNICAST, "ipv6");
const special6 = new BlockList();
for (const [network, prefix] of SPECIAL_IPV6) special6.addSubnet(network, prefix, "ipv6");

export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special4.check(address, "ipv4");
  return family === 6 && global6.check(address, "ipv6") && !special6.check(address, "ipv6");
}

/** Code of the error for an address that is not allowed. */
export const NOT_PUBLIC = "ERR_ADDRESS_NOT_PUBLIC";

/** Resolves a name, and fails if any of its addresses is not allowed. */
export function guardedLookup(isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, answered) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) answered(error, "", 0);
      else if (!addresses.every(({ address }) => isAllowed(address))) answered(notPublic(), "", 0);
      else if (options.all === true) answered(null, addresses);
      else answered(null, first.address, first.family);
    });
  };
}

export function notPublic(): NodeJS.ErrnoException {
  return Object.assign(new Error("the address is not public"), { code: NOT_PUBLIC });
}
