import type { Oracle } from "./oracle.ts";

/**
 * The most that one message or timer may cost, whatever it contains. The largest target set here has six phones (a
 * group of three, with two connections each): all are rung and, if one answers, cancelled, and the caller gets the
 * result. Each post to a closed connection takes two reads and a write.
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
