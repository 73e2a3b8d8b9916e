// The keys that flow tokens, branches, nonces and tickets are signed with. They are read again after minutes. A new key
// signs nothing for an hour, so every Lambda has it by then.
import type { SigningKeys } from "../../sip/tokens/signature.ts";
import type { ReadSecret } from "../client/secrets-manager.ts";
import { cachedSecret } from "./cached-secret.ts";
import { parseSigningSecret } from "./signing-secret.ts";

export function signingKeys(read: ReadSecret, secretId: string, now: () => number): () => Promise<SigningKeys> {
  const secret = cachedSecret(() => read(secretId), now, parseSigningSecret);
  return async () => (await secret())(now());
}
