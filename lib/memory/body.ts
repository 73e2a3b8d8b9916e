// The signaling on memory alone: state, timers, connections and a clock of this process behind its ports.
import type { Ports } from "../signaling/ports.ts";
import { createSignaling, type Signaling } from "../signaling/signaling.ts";
import type { Clock } from "./clock.ts";
import { type Connections, createConnections } from "./connections.ts";
import { createPushes, type Pushes } from "./pushes.ts";
import { createMemoryState, type MemoryState } from "./state/state.ts";
import { createMemoryTimers, type MemoryTimers } from "./timers.ts";

export interface MemoryBody {
  readonly signaling: Signaling;
  readonly state: MemoryState;
  readonly timers: MemoryTimers;
  readonly connections: Connections;
  readonly pushes: Pushes;
}

export interface BodyOptions extends Pick<Ports, "settings" | "platform" | "random" | "keys"> {
  readonly clock: Clock;
  readonly observe?: Ports["observe"];
  /** Runs each timer that is due; a test can watch its effects. */
  readonly fired?: (fire: () => Promise<void>) => Promise<void>;
  /** Ports to be used in place of the body's own, made of these. */
  readonly instead?: (ports: Ports) => Partial<Ports>;
}

export function createMemoryBody(options: BodyOptions): MemoryBody {
  const { clock, instead, fired = (fire) => fire(), observe = () => undefined, ...given } = options;
  const state = createMemoryState();
  const timers = createMemoryTimers(clock, (timer) => fired(() => signaling.timerDue(timer)));
  const connections = createConnections((flow) => signaling.flowClosed(flow));
  const pushes = createPushes();
  const ports: Ports = {
    ...given,
    now: () => clock.now(),
    read: (keys) => state.read(keys),
    commit: (changes) => state.commit(changes),
    setTimers: (requests) => timers.set(requests),
    post: (flow, text) => connections.post(flow, text),
    push: pushes,
    close: (flow) => connections.close(flow),
    pause: () => Promise.resolve(), // a step of memory is never interrupted, so the next attempt sees its result
    wait: () => Promise.resolve(), // messages of one connection are decided one after the other
    observe,
  };
  const signaling = createSignaling({ ...ports, ...instead?.(ports) });
  return { signaling, state, timers, connections, pushes };
}
