// Finds the deployment that the options of a command name.
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";

export interface Where {
  readonly local?: string | true;
  readonly stack?: string;
  readonly region?: string;
  /** Domains, for a stack without the output `Domain`. */
  readonly domain?: string;
}

/** The default name of the app's stack. */
const DEFAULT_STACK = "SipStack";
const DEFAULT_LOCAL = "http://localhost:8080";

/** Loads the clients of this kind of deployment alone, because each client of the SDK takes long to load. */
export async function findDeployment({ local, stack, region, domain }: Where): Promise<Deployment> {
  if (local !== undefined && (stack !== undefined || region !== undefined)) {
    throw new CommandError("Give either --local or --stack and --region.", 2);
  }
  if (local === undefined) {
    const { onAws } = await import("./stack-deployment.ts");
    return onAws(stack ?? DEFAULT_STACK, region, domain);
  }
  const { onThisMachine } = await import("./local-deployment.ts");
  return onThisMachine(local === true ? DEFAULT_LOCAL : local);
}
