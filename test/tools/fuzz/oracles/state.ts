import type { Oracle } from "./oracle.ts";
import type { World } from "../world.ts";

/**
 * Characters of a row, without the one whole request that a later branch may need. The stored parts of requests and
 * responses have limits of their own, so that ten of them fit into an item (aws: 400 KB).
 */
const LARGEST_ROW = 100_000;

/** Seconds after which the row of a transaction has no use: ringing extends it, within limits. */
const LONGEST_LIFE = 3600;

/** Seconds after which the row of an answered call goes, if nothing is heard of the call. */
const LONGEST_CALL = 12 * 3600;

/** State is bounded: each row fits, the rows of ended calls expire, and no row is kept for ever. */
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
      for (const { id, expiresAt, call } of contexts.values()) {
        const isOpen = call !== undefined && call.ended === undefined;
        if (expiresAt > world.now() + (isOpen ? LONGEST_CALL : LONGEST_LIFE))
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
