// Clouds for tests. `aCloud()` runs the real stack, synthesized once in a run of jest (`test/support/assembly.ts`).
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from "../../../lib/local/local-cloud.ts";
import { testAssembly } from "../../support/assembly.ts";
import { aStack, type FixtureStack, removeStacks } from "./fixture-stack.ts";

const running: LocalCloud[] = [];

/**
 * Runs the deployment, or another assembly. A function starts with its first event, because most tests leave some of them
 * out, and has one environment, because each costs a tenth of a second of CPU. Events that meet in several environments
 * are the subject of the conformance suite's run on the local cloud, and of tests that ask for more.
 */
export async function aCloud({ environments, ...options }: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
  const lazily = { isWarm: false, max: 1, ...environments };
  const cloud = await startLocalCloud({ assembly: testAssembly, environments: lazily, ...options });
  running.push(cloud);
  return cloud;
}

/** Runs a few handlers that are written in the test, with as many environments as the local cloud has by default. */
export function aCloudOf(stack: FixtureStack, options: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
  const environments = { isWarm: true, max: 4, ...options.environments };
  return aCloud({ assembly: aStack(stack), ...options, environments });
}

/**
 * For `afterEach` or `afterAll`: ends the clouds of this file. Their connections are cut without `$disconnect`, for which each
 * cloud would start a function that nothing looks at.
 */
export async function closeClouds(): Promise<void> {
  await Promise.all(running.splice(0).map(closeCloud));
  removeStacks();
}

async function closeCloud({ gateway, close }: LocalCloud): Promise<void> {
  for (const { id } of gateway.connections()) gateway.drop(id, { silently: true });
  await close();
}
