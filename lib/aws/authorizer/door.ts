// Decides whether a connection may open, and as which user. API Gateway adds the result to every later event of the connection.
import type { Aor } from "../../sip/syntax/aor.ts";
import type { SigningKeys } from "../../sip/tokens/signature.ts";
import { claimedAor } from "./claimed-aor.ts";
import { credentialsIn } from "./credential.ts";
import type { Handshake } from "./handshake.ts";
import { readTicket, type Ticket } from "./ticket.ts";
import { proveToken, type Prover } from "./token-proof.ts";

export type Verdict =
  | { readonly kind: "admitted"; readonly aor: Aor }
  /** The reason is for the log: a client gets 403 only. */
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

/** Redeems a ticket; `flow` is the connection that is being opened with it. */
export type SpendTicket = (ticket: Ticket, flow: string) => Promise<"spent" | "was spent before">;

export interface Door extends Prover {
  readonly signingKeys: () => Promise<SigningKeys>;
  readonly spend: SpendTicket;
  /** Epoch seconds. */
  readonly now: () => number;
}

/** @param flow the connection that would be opened */
export function judge(handshake: Handshake, flow: string, door: Door): Promise<Verdict> {
  const [credential, ...more] = credentialsIn(handshake);
  if (credential === undefined) return Promise.resolve(refused("neither token nor ticket"));
  if (more.length > 0) return Promise.resolve(refused("more than one token or ticket"));
  return credential.kind === "token" ? judgeToken(credential.text, door) : judgeTicket(credential.text, flow, door);
}

async function judgeToken(token: string, door: Door): Promise<Verdict> {
  const proof = await proveToken(token, door);
  if (proof.kind === "issuer failed") return { kind: "failed", reason: proof.reason };
  return proof.kind === "refused" ? refused(proof.reason) : { kind: "admitted", aor: proof.aor };
}

async function judgeTicket(text: string, flow: string, door: Door): Promise<Verdict> {
  const ticket = readTicket(text, door.now(), await door.signingKeys());
  if (ticket === undefined) return refused("ticket is forged or over");
  const aor = claimedAor(ticket.aor, door.domains);
  if (aor === undefined) return refused("ticket is not for a user of this deployment");
  return (await door.spend(ticket, flow)) === "spent" ? { kind: "admitted", aor } : refused("ticket was spent before");
}

function refused(reason: string): Verdict {
  return { kind: "refused", reason };
}
