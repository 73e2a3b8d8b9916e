// The deployment with TURN servers, synthesized as an operator would: the app is told the name of a secret.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { localOrigins, synthesize } from "../../../lib/local/synthesize.ts";
import { DOMAIN } from "../../systems/e2e/service.ts";

export const SECRET_NAME = "turn/shared";

export interface TurnDeployment {
  /** For `startLocalCloud`, with the secret's value in `secrets`. */
  readonly assembly: string;
  remove(): void;
}

/** Where what is synthesized for tests lies, inside the project. */
const home = fileURLToPath(new URL("../../../.local/", import.meta.url));

export async function synthesizeWithTurn(...urls: readonly string[]): Promise<TurnDeployment> {
  mkdirSync(home, { recursive: true });
  const assembly = mkdtempSync(join(home, "turn-"));
  const context = { domain: DOMAIN, origins: localOrigins.join(","), turn: urls.join(), turnSecretName: SECRET_NAME };
  await synthesize({ outdir: assembly, context });
  return { assembly, remove: () => rmSync(assembly, { recursive: true }) };
}
