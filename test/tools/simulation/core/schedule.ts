// The virtual clock and scheduler: every event is a task with a time, and between two tasks all promises that can
// continue have continued. Tasks of the same millisecond run in a random order.
import type { Random } from "./random.ts";

export interface Schedule {
  /** Milliseconds since the run began. */
  now(): number;
  after(milliseconds: number, task: () => void): void;
  /** Runs until no task is left. Fails if that takes too many tasks. */
  run(): Promise<void>;
}

interface Task {
  readonly at: number;
  readonly rank: number;
  readonly task: () => void;
}

/** A run takes a few thousand. One that needs more than this does not end. */
const MAX_TASKS = 60_000;

export class RestlessError extends Error {
  readonly code = "ERR_RESTLESS";
}

export function createSchedule(random: Random): Schedule {
  const heap: Task[] = [];
  let now = 0;

  return {
    now: () => now,
    after(milliseconds, task) {
      push(heap, { at: now + Math.max(0, milliseconds), rank: random.between(0, 2 ** 31), task });
    },
    async run() {
      for (let done = 0; done < MAX_TASKS; done += 1) {
        const next = pop(heap);
        if (next === undefined) return;
        now = next.at;
        next.task();
        await quiet();
      }
      throw new RestlessError(`still busy after ${MAX_TASKS} tasks`);
    },
  };
}

/** The next tick comes when no promise has anything left to run: the event loop itself plays no part in a run. */
function quiet(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}

function isEarlier(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.rank < b.rank);
}

function push(heap: Task[], task: Task): void {
  let index = heap.push(task) - 1;
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isEarlier(task, parent)) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = task;
}

function pop(heap: Task[]): Task | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let index = 0;
  for (;;) {
    let below = 2 * index + 1;
    let child = heap[below];
    const right = heap[below + 1];
    if (child !== undefined && right !== undefined && isEarlier(right, child)) {
      child = right;
      below += 1;
    }
    if (child === undefined || !isEarlier(child, last)) break;
    heap[index] = child;
    index = below;
  }
  heap[index] = last;
  return first;
}
