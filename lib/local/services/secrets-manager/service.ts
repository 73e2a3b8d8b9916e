// Secrets Manager: the secrets of the stack, and those that exist outside it.
import { join } from "node:path";
import type { EmulatedService } from "../service.ts";
import { createSecretsApi } from "./api.ts";
import { createRotate } from "./rotation.ts";
import { importedSecret, readSecrets, secretResources } from "./spec.ts";

export const secretsManager: EmulatedService = {
  signingName: "secretsmanager",
  targetPrefix: "secretsmanager",
  endpointVariable: "AWS_ENDPOINT_URL_SECRETS_MANAGER",
  resources: secretResources,
  start: ({ stack, functions, dataDir, secrets }) => {
    const imported = Object.entries(secrets).map(([name, value]) => importedSecret(name, value, stack));
    const folder = dataDir && join(dataDir, "secrets");
    const api = createSecretsApi([...readSecrets(stack), ...imported], folder, createRotate(functions));
    return Promise.resolve({ api });
  },
};
