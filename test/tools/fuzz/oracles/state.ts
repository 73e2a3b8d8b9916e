import type { Oracle } from "./oracle.ts";
import type { World } from "../world.ts";

/**
 * Characters of a row, beside the one whole request that a later branch may need: what is kept of requests and answers has
 * bounds of its own, so that ten of them fit into an item (aws: 400 KB).
 */
const LARGEST_ROW = 100_000;

/** Seconds after which a row of a call means nothing any more: what rings is moved on, but not for ever. */
const LONGEST_LIFE = 3600;

/** State is bounded: each row fits, what is over is over, and nothing is kept for good. */
export function createStateOracle(world: World): Oracle {
  const sizes = new WeakMap<object, number>();

  function sizeOf(row: object): number {
    const size = sizes.get(row) ?? JSON.stringify({ ...row, message: "" }).length;
    sizes.set(row, size);
    return size;
  }

  return {
    name: "state is bounded",
    turn() {
      const { registrations, flows, contexts } = world.state.rows;
      for (const rows of [registrations, flows, contexts]) {
        for (const [key, row] of rows)
          if (sizeOf(row) > LARGEST_ROW) return `the row of ${key} has ${sizeOf(row)} characters`;
      }
      for (const { id, expiresAt } of contexts.values()) {
        if (expiresAt > world.now() + LONGEST_LIFE)
          return `context ${id} lives until ${expiresAt - world.now()} s from now`;
      }
      return undefined;
    },
    end({ state }) {
      for (const context of state.rows.contexts.values()) {
        if (context.state === "proceeding" && context.request.startsWith("INVITE "))
          return `the INVITE of ${context.id} never ended`;
      }
      return undefined;
    },
  };
}
