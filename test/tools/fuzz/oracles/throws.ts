import type { Oracle } from "./oracle.ts";

/** A message from a peer may be wrong in any way: the result is a value, never an exception. */
export function createThrowsOracle(): Oracle {
  return {
    name: "nothing throws",
    turn({ turn: { error } }) {
      if (error === undefined) return undefined;
      return error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error);
    },
  };
}
