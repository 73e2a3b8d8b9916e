// The work of a memory network, counted as the ports are called: calls that read, changes that are stored, timers that are set.
import type { Ports } from "../../../lib/signaling/ports.ts";

export interface Work {
  reads: number;
  writes: number;
  timers: number;
}

interface Counter {
  readonly work: Work;
  /** `bend` of `createNetwork`. */
  count(this: void, ports: Ports): Pick<Ports, "read" | "commit" | "setTimers">;
  /** Counts from 0 again. */
  reset(this: void): void;
}

export function aCounter(): Counter {
  const work: Work = { reads: 0, writes: 0, timers: 0 };
  const count: Counter["count"] = (ports) => ({
    read: (keys) => {
      work.reads += 1;
      return ports.read(keys);
    },
    commit: (changes) => {
      work.writes += changes.length;
      return ports.commit(changes);
    },
    setTimers: (timers) => {
      work.timers += timers.length;
      return ports.setTimers(timers);
    },
  });
  return { work, count, reset: () => void Object.assign(work, { reads: 0, writes: 0, timers: 0 }) };
}
