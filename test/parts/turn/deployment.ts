// The deployment with TURN servers, synthesized as an operator would: the app gets the name of a secret.
import { localOrigins } from "../../../lib/local/synthesize.ts";
import { anAssembly } from "../../support/assembly.ts";
import { DOMAIN } from "../../systems/e2e/service.ts";

export const SECRET_NAME = "turn/shared";

/** For `startLocalCloud`, with the secret's value in `secrets`. */
export function assemblyWithTurn(...urls: readonly string[]): Promise<string> {
  const turn = { turn: urls.join(), turnSecretName: SECRET_NAME };
  return anAssembly({ domain: DOMAIN, origins: localOrigins.join(","), ...turn });
}
