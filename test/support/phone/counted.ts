// The work of a memory network, counted as the ports are called: calls that read, changes that are stored, timers that are set.
import type { Ports } from "../../../lib/signaling/ports.ts";

export interface Work {
  reads: number;
  writes: number;
  timers: number;
}

/** `bend` of `createNetwork`, with the work that it counts. */
export function aCounter(): { readonly work: Work; readonly count: (ports: Ports) => Partial<Ports> } {
  const work: Work = { reads: 0, writes: 0, timers: 0 };
  const count = (ports: Ports): Partial<Ports> => ({
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
  return { work, count };
}
