// The door: who may open a connection, and as whom. What it decides rides on every later event of the connection.
import type { JWTVerifyGetKey } from "jose";
import type { Aor } from "../../sip/location/aor.ts";
import { claimedAor } from "./claimed-aor.ts";
import { credentialsIn } from "./credential.ts";
import type { Handshake } from "./handshake.ts";
import { verifyToken } from "./token.ts";
import type { TokenSettings } from "./token-settings.ts";

export type Verdict =
  | { readonly kind: "admitted"; readonly aor: Aor }
  /** The reason is for the log: a client is told no more than 403. */
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

export interface Door {
  readonly domains: readonly string[];
  readonly tokens: TokenSettings;
  readonly keys: JWTVerifyGetKey;
}

export async function judge(handshake: Handshake, door: Door): Promise<Verdict> {
  const [credential, ...more] = credentialsIn(handshake);
  if (credential === undefined) return refused("no token");
  if (more.length > 0) return refused("more than one token");
  return judgeToken(credential.text, door);
}

async function judgeToken(token: string, { keys, tokens, domains }: Door): Promise<Verdict> {
  const proof = await verifyToken(token, keys, tokens);
  if (proof.kind === "issuer failed") return { kind: "failed", reason: proof.reason };
  if (proof.kind === "refused") return refused(proof.reason);
  const aor = claimedAor(proof.payload[tokens.claim], domains);
  return aor === undefined ? refused(`claim ${tokens.claim} is no user of ours`) : { kind: "admitted", aor };
}

function refused(reason: string): Verdict {
  return { kind: "refused", reason };
}
