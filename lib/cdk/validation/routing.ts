import type { Settings } from "../../sip/policy/settings.ts";
import { HOST_NAME } from "./domains.ts";

/** What is wrong with where calls go. */
export function routingProblems({
  routing,
  routingByDomain,
  peers,
}: Pick<Settings, "routing" | "routingByDomain" | "peers">): string[] {
  const wishes = [["routing", routing] as const, ...Object.entries(routingByDomain)];
  return [
    ...wishes
      .filter(([, wish]) => wish !== "proxy" && wish !== "redirect")
      .map(([where, wish]) => `${where} is "${wish}": it can be "proxy" or "redirect".`),
    ...Object.entries(peers)
      .filter(([domain, aor]) => !HOST_NAME.test(domain) || !AOR.test(aor))
      .map(([domain, aor]) => `peers has ${domain}: "${aor}": write "pstn.example": "sip:gateway@your.domain".`),
  ];
}

const AOR = /^sip:[^@\s]+@[^@\s]+$/;
