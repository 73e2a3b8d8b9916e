import type { Signaling } from "../signaling.ts";

export function createSignaling(_environment: NodeJS.ProcessEnv): Signaling {
  return {
    receive: () => Promise.resolve(undefined),
    disconnected: () => Promise.resolve(),
    timerFired: () => Promise.resolve(),
  };
}
