// A decision of `lib/sip` as a function of the world, and the way in which the effects of one lead to the next.
import type { Send } from "../sip/effect.ts";
import type { Outcome } from "../sip/outcome.ts";
import type { World } from "../sip/world.ts";
import type { Input } from "./input.ts";
import type { Ports } from "./ports.ts";

/** The world without its keys: not every decision needs them, and not every Lambda may read them. */
export type Keyless = Omit<World, "keys">;
export type Decide = (world: Keyless) => Promise<Outcome>;

/** Effects that fail, and answers of HTTP endpoints, are settled like any other input. */
export interface Settling {
  readonly ports: Ports;
  /** Decides, commits and emits. Resolves to the message for the waking flow. */
  readonly settle: (decide: Decide, input: Input) => Promise<Send | undefined>;
}

export function withKeys(ports: Pick<Ports, "keys">, decide: (world: World) => Promise<Outcome>): Decide {
  return async (world) => decide({ ...world, keys: await ports.keys() });
}
