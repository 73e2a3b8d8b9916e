// The deployed protocol (`lib/signaling` on `lib/memory`) with a clock set by hand, connections and a
// queue; and a record of the effects of each event, for the oracles.
import { createSecretKey } from "node:crypto";
import { createMemoryBody } from "../../../lib/memory/body.ts";
import { createHandClock } from "../../../lib/memory/clock.ts";
import type { MemoryState } from "../../../lib/memory/state/state.ts";
import { awsPlatform } from "../../../lib/sip/policy/platform.ts";
import { defaultSettings, type Settings } from "../../../lib/sip/policy/settings.ts";
import { aCounter, type Work } from "../../support/phone/counted.ts";
import { DOMAIN, subscribers } from "./domain.ts";

/** A connection; `user` is undefined if no user has logged in on it. */
export interface Flow {
  readonly name: string;
  readonly user?: string;
}

export type Event =
  | { readonly kind: "open"; readonly flow: string; readonly user?: string }
  | { readonly kind: "message"; readonly flow: string; readonly text: string }
  | { readonly kind: "close"; readonly flow: string }
  | { readonly kind: "pass"; readonly seconds: number };

/** Cause of one turn of the signaling. */
export type Cause =
  | { readonly kind: "message"; readonly flow: Flow; readonly text: string }
  | { readonly kind: "timer" }
  | { readonly kind: "close"; readonly flow: Flow };

export interface Sent {
  readonly to: Flow;
  readonly text: string;
  readonly how: "reply" | "post";
}

/** One turn of the signaling: its cause and all its effects. */
export interface Turn {
  readonly cause: Cause;
  readonly sent: readonly Sent[];
  /** Includes posts to closed connections. */
  readonly work: Readonly<Work> & { readonly posts: number };
  readonly closed: readonly Flow[];
  /** The exception that it threw. */
  readonly error?: unknown;
  /** The response of the Lambda to a failure, if it had failed. */
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
  /** Carries out an event; `turn` is called for each turn of the signaling. */
  step(event: Event, turn: (turn: Turn) => void): Promise<void>;
}

const keys = Promise.resolve({ current: createSecretKey(Buffer.from("a signing key of the fuzzer")) });

export const DAWN = 1_800_000_000;

/** Source address of every connection, as the gateway reports it. */
const SOURCE = "192.0.2.7";

export function createWorld(settings: Partial<Settings>): World {
  const flows = new Map<string, Flow>();
  const gone = new Map<string, Flow>();
  const clock = createHandClock(DAWN);
  let randoms = 0;

  let turned: (turn: Turn) => void = () => undefined;
  let sent: Sent[] = [];
  let closed: Flow[] = [];
  let posts = 0;
  const counter = aCounter();

  const { signaling, state, timers, connections } = createMemoryBody({
    settings: { ...defaultSettings, domains: [DOMAIN], ...settings },
    platform: awsPlatform,
    clock,
    random: () => `r${(randoms += 1)}`,
    keys: () => keys,
    fired: (fire) => wake({ kind: "timer" }, fire),
    instead: (ports) => ({
      ...counter.count(ports),
      post: (name, text) => {
        posts += 1;
        return ports.post(name, text);
      },
      close: (name) => {
        const flow = flows.get(name);
        if (flow !== undefined) closed.push(flow);
        return Promise.resolve();
      },
    }),
  });
  for (const subscriber of subscribers) state.addSubscriber(subscriber);

  async function wake(cause: Cause, act: () => Promise<string | undefined | void>): Promise<void> {
    [sent, closed, posts] = [[], [], 0];
    counter.reset();
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
    turned({
      cause,
      sent,
      work: { ...counter.work, posts },
      closed: ended,
      at: clock.now(),
      ...problem,
      ...(breakdown !== undefined && { breakdown }),
    });
    for (const flow of ended) await close(flow.name);
  }

  function open(flow: Flow): void {
    flows.set(flow.name, flow);
    const send = (text: string): void => void sent.push({ to: flow, text, how: "post" });
    connections.open(flow.name, { send, close: () => undefined });
  }

  async function close(name: string): Promise<void> {
    const flow = flows.get(name);
    if (flow === undefined) return;
    flows.delete(name);
    connections.remove(name);
    gone.set(name, flow);
    await wake({ kind: "close", flow }, () => signaling.flowClosed(name));
  }

  return {
    state,
    flows,
    now: () => clock.now(),
    timersLeft: () => timers.waiting.length,
    async step(event, turn) {
      turned = turn;
      switch (event.kind) {
        case "open":
          if (!gone.has(event.flow)) open({ name: event.flow, ...(event.user !== undefined && { user: event.user }) });
          return;
        case "close":
          return close(event.flow);
        case "pass":
          return clock.pass(event.seconds);
        case "message": {
          const flow = flows.get(event.flow);
          if (flow === undefined) return;
          const { text } = event;
          await wake({ kind: "message", flow, text }, () => {
            return signaling.receive({ flow: flow.name, text, source: SOURCE });
          });
        }
      }
    },
  };
}
