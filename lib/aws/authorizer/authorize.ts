// Decides whether a connection may open, and as which user. API Gateway adds the result to every later event of the connection.
import type { Aor } from "../../sip/syntax/aor.ts";
import type { SigningKeys } from "../../sip/tokens/signature.ts";
import type { Handshake } from "../api-gateway/handshake.ts";
import type { RedeemTicket } from "../dynamodb/tickets.ts";
import { claimedAor } from "./claimed-aor.ts";
import { credentialsIn } from "./credential.ts";
import { readTicket } from "./ticket.ts";
import { type TokenVerifier, verifyToken } from "./token.ts";

export type AuthorizerDecision =
  | { readonly kind: "admitted"; readonly aor: Aor }
  /** The reason is for the log: a client gets 403 only. */
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

export interface Authorizer extends TokenVerifier {
  readonly signingKeys: () => Promise<SigningKeys>;
  readonly redeem: RedeemTicket;
  /** Epoch seconds. */
  readonly now: () => number;
}

/** @param flow the connection that would be opened */
export function authorize(handshake: Handshake, flow: string, authorizer: Authorizer): Promise<AuthorizerDecision> {
  const [credential, ...more] = credentialsIn(handshake);
  if (credential === undefined) return Promise.resolve(refused("neither token nor ticket"));
  if (more.length > 0) return Promise.resolve(refused("more than one token or ticket"));
  const { kind, text } = credential;
  return kind === "token" ? byToken(text, authorizer) : byTicket(text, flow, authorizer);
}

async function byToken(token: string, authorizer: Authorizer): Promise<AuthorizerDecision> {
  const verified = await verifyToken(token, authorizer);
  if (verified.kind === "issuer failed") return { kind: "failed", reason: verified.reason };
  return verified.kind === "refused" ? verified : { kind: "admitted", aor: verified.aor };
}

async function byTicket(text: string, flow: string, authorizer: Authorizer): Promise<AuthorizerDecision> {
  const ticket = readTicket(text, authorizer.now(), await authorizer.signingKeys());
  if (ticket === undefined) return refused("ticket is forged or over");
  const aor = claimedAor(ticket.aor, authorizer.domains);
  if (aor === undefined) return refused("ticket is not for a user of this deployment");
  const isRedeemed = (await authorizer.redeem(ticket, flow)) === "redeemed";
  return isRedeemed ? { kind: "admitted", aor } : refused("ticket was redeemed before");
}

function refused(reason: string): AuthorizerDecision {
  return { kind: "refused", reason };
}
