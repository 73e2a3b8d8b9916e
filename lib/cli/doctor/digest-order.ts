// The order of the challenges, as known clients read it (docs/clients.md). Each takes one challenge of several; if it does not
// know its algorithm it does not sign in.
import { parseAuthHeader } from "../../sip/syntax/auth-header.ts";
import { headers, type SipResponse } from "../../sip/syntax/message.ts";
import { advice, fault, type Finding, nameOf, notTried, ok, type Patient } from "./finding.ts";
import { isGuarded, knock } from "./handshake.ts";
import { connectProbe } from "./probe-phone.ts";

const CHECK = "known clients understand the challenge";

/** Registers without credentials. */
export async function challenge(patient: Patient): Promise<readonly Finding[]> {
  const { status } = await knock(patient, { protocols: ["sip"] });
  if (isGuarded(status)) return [notTried(CHECK, "connections need a token, and SIP asks for no password")];
  if (status !== 101) return [notTried(CHECK, `status ${status}`)];
  const phone = await connectProbe(patient, { user: "doctor", domain: patient.domains[0] ?? "" });
  try {
    const answer = await phone.register();
    if (answer?.status === 401) return [digestOrder(offersIn(answer))];
    const found = answer === undefined ? "no answer" : String(answer.status);
    return [fault(CHECK, found, "Saved query Errors; docs/runbook.md, Failures")];
  } catch (error) {
    return [notTried(CHECK, nameOf(error))];
  } finally {
    phone.close();
  }
}

interface Client {
  readonly name: string;
  readonly knows: readonly string[];
  /** `last`: it takes the last challenge, whatever it is. */
  readonly takes: "first known" | "last";
}

const clients: readonly Client[] = [
  { name: "JsSIP 3.13", knows: ["MD5"], takes: "last" },
  { name: "SIP.js 0.21", knows: ["MD5"], takes: "last" },
  { name: "clients of RFC 8760", knows: ["SHA-512-256", "SHA-256", "MD5"], takes: "first known" },
];

/** Algorithms of the challenges in their order; of another scheme its name. */
export function offersIn(challenged: SipResponse): readonly string[] {
  return headers(challenged, "www-authenticate").map((value) => {
    const { scheme = "", parameters } = parseAuthHeader(value) ?? {};
    return scheme === "digest" ? (parameters?.get("algorithm") ?? "MD5") : scheme;
  });
}

export function digestOrder(offers: readonly string[]): Finding {
  const check = CHECK;
  const found = offers.join(" then ") || "no challenge";
  const lost = clients.filter((client) => !understands(client, offers)).map(({ name }) => name);
  if (offers.includes("MD5") && lost.length > 0) {
    return fault(
      check,
      found,
      `${lost.join(", ")} cannot sign in: they read the last challenge only, which must be MD5`,
    );
  }
  if (lost.length > 0) {
    return advice(
      check,
      found,
      `${lost.join(", ")} cannot sign in: add MD5 to digestAlgorithms, or let them in by tokens`,
    );
  }
  return offers.some((offer) => offer.startsWith("SHA-"))
    ? ok(check, found)
    : advice(check, found, "Add SHA-256 to digestAlgorithms: clients that know it then use it");
}

function understands({ knows, takes }: Client, offers: readonly string[]): boolean {
  return takes === "last" ? knows.includes(offers.at(-1) ?? "") : offers.some((offer) => knows.includes(offer));
}
