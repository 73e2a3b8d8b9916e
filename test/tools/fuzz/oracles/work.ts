import type { Oracle } from "./oracle.ts";

/**
 * What one message or timer may cost at most, whatever is in it. The largest target set here has six phones (a group of
 * three, with two connections each): that many are rung and, if one answers, told to stop, and the caller hears of it.
 * Each post to a connection that is gone takes two looks and a write.
 */
const MOST = { posts: 16, reads: 40, writes: 24, timers: 8 };

export function createWorkOracle(): Oracle {
  return {
    name: "work is bounded",
    turn({ turn: { work } }) {
      const over = (["posts", "reads", "writes", "timers"] as const).filter((kind) => work[kind] > MOST[kind]);
      return over.length === 0 ? undefined : over.map((kind) => `${work[kind]} ${kind}`).join(", ");
    },
  };
}
