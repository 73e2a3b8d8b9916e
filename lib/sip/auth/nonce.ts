// Stateless nonces (RFC 7616 §3.3): time, randomness and a signature over both and the flow. A nonce of another
// connection, or one older than five minutes, is refused.
import type { FlowId } from "../transport/endpoint.ts";
import { type SigningKeys, SIGNATURE_LENGTH, sign, verify } from "../tokens/signature.ts";
import { NONCE_SECONDS } from "../policy/login.ts";

export function createNonce(flow: FlowId, now: number, random: string, keys: SigningKeys): string {
  const content = `${now.toString(36)}.${random}`;
  return sign("nonce", `${content}\n${flow}`, keys) + content;
}

/** A stale nonce was ours: the client may try again with a new one without asking its user (RFC 7616 §3.3 `stale`). */
export function judgeNonce(nonce: string, flow: FlowId, now: number, keys: SigningKeys): "fresh" | "stale" | "foreign" {
  const content = nonce.slice(SIGNATURE_LENGTH);
  if (!verify("nonce", `${content}\n${flow}`, nonce.slice(0, SIGNATURE_LENGTH), keys)) return "foreign";
  return now - issuedAt(nonce) <= NONCE_SECONDS ? "fresh" : "stale";
}

/** Epoch seconds, of a nonce that is ours. */
export function issuedAt(nonce: string): number {
  return Number.parseInt(nonce.slice(SIGNATURE_LENGTH), 36);
}
