import type { Settings } from "../../sip/policy/settings.ts";
import { HOST_NAME, inLowerCase } from "./domains.ts";

/** Problems of routing and peers. */
export function routingProblems({
  routing,
  routingByDomain,
  laterAnswers,
  ringOnReturn,
  peers,
}: Pick<Settings, "routing" | "routingByDomain" | "laterAnswers" | "ringOnReturn" | "peers">): string[] {
  const routings = [["routing", routing] as const, ...Object.entries(routingByDomain)];
  return [
    ...routings
      .filter(([, value]) => value !== "proxy" && value !== "redirect")
      .map(([where, value]) => `${where} is "${value}": it can be "proxy" or "redirect".`),
    ...(["forward", "end"].includes(laterAnswers)
      ? []
      : [`laterAnswers is "${laterAnswers}": it can be "forward" or "end".`]),
    ...(ringOnReturn === undefined || ["with the next look", "at once"].includes(ringOnReturn)
      ? []
      : [`ringOnReturn is "${ringOnReturn}": it can be "with the next look" or "at once".`]),
    ...Object.entries(peers)
      .filter(([domain, aor]) => !HOST_NAME.test(inLowerCase(domain)) || !AOR.test(aor))
      .map(([domain, aor]) => `peers has ${domain}: "${aor}": write "pstn.example": "sip:gateway@your.domain".`),
  ];
}

const AOR = /^sip:[^@\s]+@[^@\s]+$/;
