// The deployed protocol (`lib/signaling/signaling.ts` on `lib/memory`) with a clock set by hand, connections and a queue; and a
// record of what each event made it do, for the oracles.
import { createSecretKey } from "node:crypto";
import { awsPlatform } from "../../../lib/sip/policy/platform.ts";
import { createMemoryState, type MemoryState } from "../../../lib/memory/memory-state.ts";
import { defaultSettings, type Settings } from "../../../lib/sip/policy/settings.ts";
import { createSignaling } from "../../../lib/signaling/signaling.ts";
import { DOMAIN, subscribers } from "./domain.ts";
import type { TimerRequest } from "../../../lib/sip/outcome.ts";

/** Somebody's connection; `user` undefined: nobody has ever proved to be anybody on it. */
export interface Flow {
  readonly name: string;
  readonly user?: string;
}

export type Event =
  | { readonly kind: "open"; readonly flow: string; readonly user?: string }
  | { readonly kind: "message"; readonly flow: string; readonly text: string }
  | { readonly kind: "close"; readonly flow: string }
  | { readonly kind: "pass"; readonly seconds: number };

/** What woke the signaling once. */
export type Cause =
  | { readonly kind: "message"; readonly flow: Flow; readonly text: string }
  | { readonly kind: "timer" }
  | { readonly kind: "close"; readonly flow: Flow };

export interface Sent {
  readonly to: Flow;
  readonly text: string;
  readonly how: "reply" | "post";
}

/** One turn of the signaling: why, and all that it did. */
export interface Turn {
  readonly cause: Cause;
  readonly sent: readonly Sent[];
  /** Posts to connections that are gone count as well. */
  readonly work: { readonly posts: number; readonly reads: number; readonly writes: number; readonly timers: number };
  readonly closed: readonly Flow[];
  /** What it threw. */
  readonly error?: unknown;
  /** What the door would have answered, had it failed. */
  readonly breakdown?: string;
  /** Epoch seconds. */
  readonly at: number;
}

export interface World {
  readonly state: MemoryState;
  /** Connections that are open. */
  readonly flows: ReadonlyMap<string, Flow>;
  /** Epoch seconds. */
  now(): number;
  timersLeft(): number;
  /** Carries out an event; `turn` hears of each time the signaling was woken. */
  step(event: Event, turn: (turn: Turn) => void): Promise<void>;
}

const keys = Promise.resolve({ current: createSecretKey(Buffer.from("a signing key of the fuzzer")) });

export const DAWN = 1_800_000_000;

/** Where everybody comes from, as the gateway sees it. */
const SOURCE = "192.0.2.7";

type Queued = TimerRequest & { readonly dueAt: number };

export function createWorld(settings: Partial<Settings>): World {
  const state = createMemoryState();
  for (const subscriber of subscribers) state.addSubscriber(subscriber);
  const flows = new Map<string, Flow>();
  const gone = new Map<string, Flow>();
  const queue: Queued[] = [];
  let now = DAWN;
  let randoms = 0;

  let sent: Sent[] = [];
  let closed: Flow[] = [];
  let work = { posts: 0, reads: 0, writes: 0, timers: 0 };

  const signaling = createSignaling({
    settings: { ...defaultSettings, domains: [DOMAIN], ...settings },
    platform: awsPlatform,
    now: () => now,
    random: () => `r${(randoms += 1)}`,
    keys: () => keys,
    read: (keys) => {
      work.reads += 1;
      return state.read(keys);
    },
    commit: (changes) => {
      work.writes += changes.length;
      return state.commit(changes);
    },
    setTimers: (requests) => {
      work.timers += requests.length;
      queue.push(...requests.map((request) => ({ ...request, dueAt: now + request.delaySeconds })));
      return Promise.resolve();
    },
    post: (name, text) => {
      work.posts += 1;
      const flow = flows.get(name);
      if (flow === undefined) return Promise.resolve("gone");
      sent.push({ to: flow, text, how: "post" });
      return Promise.resolve("delivered");
    },
    close: (name) => {
      const flow = flows.get(name);
      if (flow !== undefined) closed.push(flow);
      return Promise.resolve();
    },
    pause: () => Promise.resolve(),
    observe: () => undefined,
  });

  async function wake(cause: Cause, act: () => Promise<string | undefined | void>, turn: (turn: Turn) => void) {
    [sent, closed, work] = [[], [], { posts: 0, reads: 0, writes: 0, timers: 0 }];
    let problem: { readonly error: unknown } | undefined;
    let breakdown: string | undefined;
    try {
      const reply = await act();
      if (typeof reply === "string" && cause.kind === "message")
        sent.push({ to: cause.flow, text: reply, how: "reply" });
      if (cause.kind === "message")
        breakdown = signaling.answerFailure({ flow: cause.flow.name, text: cause.text }, "failed");
    } catch (error) {
      problem = { error };
    }
    const ended = closed;
    turn({ cause, sent, work, closed: ended, at: now, ...problem, ...(breakdown !== undefined && { breakdown }) });
    for (const flow of ended) await close(flow.name, turn);
  }

  async function close(name: string, turn: (turn: Turn) => void): Promise<void> {
    const flow = flows.get(name);
    if (flow === undefined) return;
    flows.delete(name);
    gone.set(name, flow);
    await wake({ kind: "close", flow }, () => signaling.disconnected(name), turn);
  }

  async function pass(seconds: number, turn: (turn: Turn) => void): Promise<void> {
    const until = now + seconds;
    for (;;) {
      const due = queue.reduce<Queued | undefined>((a, b) => (a === undefined || b.dueAt < a.dueAt ? b : a), undefined);
      if (due === undefined || due.dueAt > until) break;
      queue.splice(queue.indexOf(due), 1);
      now = Math.max(now, due.dueAt);
      await wake({ kind: "timer" }, () => signaling.timerFired(due), turn);
    }
    now = until;
  }

  return {
    state,
    flows,
    now: () => now,
    timersLeft: () => queue.length,
    async step(event, turn) {
      switch (event.kind) {
        case "open":
          if (!gone.has(event.flow))
            flows.set(event.flow, { name: event.flow, ...(event.user !== undefined && { user: event.user }) });
          return;
        case "close":
          return close(event.flow, turn);
        case "pass":
          return pass(event.seconds, turn);
        case "message": {
          const flow = flows.get(event.flow);
          if (flow === undefined) return;
          const { text } = event;
          await wake(
            { kind: "message", flow, text },
            () => signaling.receive({ flow: flow.name, text, source: SOURCE }),
            turn,
          );
        }
      }
    },
  };
}
