import type { Oracle } from "./oracle.ts";

/** Whatever a peer sends is the peer's fault: a value, never an exception. */
export function createThrowsOracle(): Oracle {
  return {
    name: "nothing throws",
    turn({ turn: { error } }) {
      if (error === undefined) return undefined;
      return error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error);
    },
  };
}
