// The signaling on its memory ports, with a clock that the test sets, and phones on it: RFC tests run here without
// waiting.
import { createSecretKey } from "node:crypto";
import { createMemoryBody } from "../../../lib/memory/body.ts";
import { createHandClock } from "../../../lib/memory/clock.ts";
import type { MemoryState } from "../../../lib/memory/state/state.ts";
import type { Pushes } from "../../../lib/memory/pushes.ts";
import type { MemoryTimers } from "../../../lib/memory/timers.ts";
import { ha1 } from "../../../lib/sip/auth/digest.ts";
import type { Subscriber } from "../../../lib/sip/state/subscriber.ts";
import { awsPlatform } from "../../../lib/sip/policy/platform.ts";
import { defaultSettings, type Settings } from "../../../lib/sip/policy/settings.ts";
import type { Signaling } from "../../../lib/signaling/signaling.ts";
import { createPhone, type Phone, type PhoneOptions } from "./phone.ts";
import type { Ports } from "../../../lib/signaling/ports.ts";

export const DOMAIN = "example.com";

export interface Line extends Partial<PhoneOptions> {
  readonly flow?: string;
  /** Address it connects from. */
  readonly source?: string;
}

export interface Network {
  readonly signaling: Signaling;
  readonly state: MemoryState;
  /** Every entry of the log. */
  readonly notes: { event: string; fields: Readonly<Record<string, unknown>> }[];
  readonly timers: MemoryTimers["waiting"];
  readonly pushes: Pushes;
  /** Epoch seconds. */
  now(): number;
  /** A connected phone; `flow` names its connection. */
  phone(user: string, options?: Line): Phone;
  /** A connected and registered phone. */
  online(user: string, options?: Line): Promise<Phone>;
  /** Closes the connection without an event that reports it. */
  cut(flow: string): void;
  /** Delays the timers that were set until now. */
  delayTimers(seconds: number): Promise<void>;
  /** Lets time pass and fires what becomes due, in order. */
  pass(seconds: number): Promise<void>;
}

/** The stored subscriber whose password is its name. */
export function secretsOf(user: string): Subscriber["ha1"] {
  return { MD5: ha1("MD5", user, DOMAIN, user), "SHA-256": ha1("SHA-256", user, DOMAIN, user) };
}

/** The secrets of the same subscriber for a client whose user name is `user@domain`. */
export function longSecretsOf(user: string): Subscriber["ha1"] {
  const username = `${user}@${DOMAIN}`;
  return { MD5: ha1("MD5", username, DOMAIN, user), "SHA-256": ha1("SHA-256", username, DOMAIN, user) };
}

/** `bend` replaces ports, to test how the signaling handles a failing one. */
export function createNetwork(
  settings: Partial<Settings> = {},
  bend: (ports: Ports) => Partial<Ports> = () => ({}),
): Network {
  const clock = createHandClock(1_800_000_000);
  const notes: Network["notes"] = [];
  const keys = Promise.resolve({ current: createSecretKey(Buffer.from("a signing key")) });
  let flows = 0;
  let opened = 0;
  const { signaling, state, timers, connections, pushes } = createMemoryBody({
    settings: { ...defaultSettings, domains: [DOMAIN], ...settings },
    clock,
    random: () => `r${(flows += 1)}`,
    keys: () => keys,
    platform: awsPlatform,
    observe: (event, fields) => void notes.push({ event, fields }),
    instead: bend,
  });
  for (const user of ["alice", "bob", "carol"]) {
    state.addSubscriber({ aor: `sip:${user}@${DOMAIN}`, ha1: secretsOf(user), ha1b: longSecretsOf(user) });
  }

  function phone(user: string, options: Line = {}): Phone {
    const { source = "192.0.2.7" } = options;
    const flow = options.flow ?? `${user}-${(flows += 1)}`;
    const connectedAt = clock.now() * 1000 + (opened += 1);
    return createPhone(
      { user, domain: DOMAIN, ...options },
      (inbox) => {
        connections.open(flow, { send: (text) => inbox.put(text), close: () => undefined });
        return {
          async send(text) {
            const reply = await signaling.receive({ flow, text, source, connectedAt });
            if (reply !== undefined) inbox.put(reply);
          },
          async close() {
            connections.remove(flow);
            await signaling.flowClosed(flow);
          },
        };
      },
      0,
    );
  }

  return {
    signaling,
    state,
    notes,
    timers: timers.waiting,
    pushes,
    now: () => clock.now(),
    phone,
    async online(user, options) {
      const created = phone(user, options);
      await created.online();
      return created;
    },
    cut: (flow) => void connections.remove(flow),
    async delayTimers(seconds) {
      for (const timer of timers.waiting.splice(0)) {
        await timers.set([{ ...timer, delaySeconds: timer.dueAt - clock.now() + seconds }]);
      }
    },
    pass: (seconds) => clock.pass(seconds),
  };
}
