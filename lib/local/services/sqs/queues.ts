// All queues of the deployment, on one clock.
import type { QueueSpec } from "./spec.ts";
import { createClock } from "./clock.ts";
import { createQueue, type Queue } from "./queue.ts";

/** The queues for tests. */
export interface LocalQueues {
  /** Moves the clock of all queues; messages that are due by then are delivered now. */
  advance(seconds: number): void;
  /** From now on only `advance` moves the clock of all queues: a timer that is due later fires by that alone. */
  freeze(): void;
  /** Messages of a queue, by logical id or a part of it. */
  counts(queue: string): ReturnType<Queue["counts"]>;
}

export interface Queues extends LocalQueues {
  readonly all: readonly Queue[];
  close(): void;
}

export function createQueues(specs: readonly QueueSpec[]): Queues {
  const clock = createClock();
  const all: Queue[] = specs.map((spec) => {
    return createQueue(spec, clock, (arn) => all.find((queue) => queue.spec.arn === arn));
  });
  return {
    all,
    advance: (seconds) => clock.advance(seconds),
    freeze: () => clock.freeze(),
    counts: (name) => {
      const found = all.find(({ spec }) => spec.logicalId.includes(name));
      if (found === undefined) throw new Error(`no queue is called ${name}`);
      return found.counts();
    },
    close: () => all.forEach((queue) => queue.close()),
  };
}
