// Checks of the handshake: subprotocol, origin, authorizer, IPv6.
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { advice, fault, type Finding, notTried, ok, type Patient } from "./finding.ts";
import { isGuarded, knock } from "./handshake.ts";

export async function subprotocol(patient: Patient): Promise<readonly Finding[]> {
  const { status, protocol } = await knock(patient, { protocols: ["sip"] });
  const check = "a phone connects";
  if (status === 101 && protocol === "sip") return [ok(check, "101, subprotocol sip")];
  if (status === 101)
    return [fault(check, `101, subprotocol "${protocol}"`, "Deploy again: connect chose another one")];
  if (isGuarded(status)) return [ok(check, `${status}: connections need a token`)];
  return [
    status === 0
      ? fault(
          check,
          `${patient.url} does not answer`,
          "See whether the host name resolves and its port is open from here",
        )
      : fault(check, `status ${status}`, "See the log of connect and authorize"),
  ];
}

export async function withoutSubprotocol(patient: Patient): Promise<readonly Finding[]> {
  const { status } = await knock(patient, { protocols: [] });
  const check = "a client without the subprotocol is refused";
  if (status === 400 || isGuarded(status)) return [ok(check, String(status))];
  return [fault(check, `status ${status}`, "Deploy again: the route $connect is not that of this version")];
}

export async function foreignPage(patient: Patient): Promise<readonly Finding[]> {
  const { status } = await knock(patient, { protocols: ["sip"], origin: "https://doctor.invalid" });
  const check = "a page of another origin is refused";
  if (isGuarded(status)) return [ok(check, String(status))];
  return [fault(check, `status ${status}`, 'allowedOrigins is "*": name the pages that may connect')];
}

/** Where connections need a token, one that no issuer signed is refused: a failing authorizer gives 500. */
export async function authorizer(patient: Patient): Promise<readonly Finding[]> {
  const check = "a forged token is refused";
  const { status: without } = await knock(patient, { protocols: ["sip"] });
  if (!isGuarded(without)) return [notTried(check, "connections need no token: phones sign in by SIP")];
  const { status } = await knock(patient, { protocols: ["sip", `token.${FORGED}`] });
  if (isGuarded(status)) return [ok(check, String(status))];
  return [
    status === 101
      ? fault(check, "the connection opened", "Tokens are not verified: deploy again at once")
      : fault(check, `status ${status}`, "See the log of authorize: the issuer may not answer from there"),
  ];
}

/** `{"alg":"RS256","kid":"doctor"}`, `{"sub":"doctor"}` and a signature that no issuer made. */
const FORGED = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImRvY3RvciJ9.eyJzdWIiOiJkb2N0b3IifQ.AAAA";

/** Phones in mobile networks often have IPv6 only. @param addressOf the IPv6 address of a host name */
export async function ipv6(
  patient: Pick<Patient, "url" | "patienceMilliseconds">,
  addressOf: (host: string) => Promise<string | undefined> = ipv6AddressOf,
): Promise<readonly Finding[]> {
  const check = "phones can connect by IPv6";
  const { hostname } = new URL(patient.url);
  if (isIP(hostname.replace(/^\[|\]$/g, "")) !== 0) return [notTried(check, `${hostname} is an address, not a name`)];
  const address = await addressOf(hostname);
  if (address === undefined) {
    const remedy = "ipAddressType: IpAddressType.DUAL_STACK, and for a domain of your own an AAAA record or a CNAME";
    return [advice(check, `${hostname} has no address of IPv6`, remedy)];
  }
  const { status } = await knock(patient, { protocols: ["sip"], family: 6 });
  if (status === 101 || isGuarded(status)) return [ok(check, `${status} at ${address}`)];
  if (!hasIpv6()) return [ok(check, `${hostname} has ${address}; this machine has no IPv6 to try it`)];
  return [fault(check, `status ${status} at ${address}`, "See whether the AAAA record of the domain leads to the API")];
}

async function ipv6AddressOf(host: string): Promise<string | undefined> {
  const found = await lookup(host, { family: 6 }).catch(() => undefined);
  return found?.address;
}

/** An address that leads beyond this machine and its link. */
function hasIpv6(): boolean {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.some(({ family, internal, address }) => family === "IPv6" && !internal && !/^fe80:/i.test(address));
}
