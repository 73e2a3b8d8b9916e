// The signaling on its memory body, a clock that is set by hand, and phones on it: RFC tests run here, in no time.
import { createSecretKey } from "node:crypto";
import { createMemoryState, type MemoryState } from "../../../lib/memory/memory-state.ts";
import { ha1 } from "../../../lib/sip/auth/digest.ts";
import type { Subscriber } from "../../../lib/sip/state/subscriber.ts";
import { defaultSettings, type Settings } from "../../../lib/sip/policy/settings.ts";
import { awsPlatform } from "../../../lib/sip/policy/platform.ts";
import { createSignaling, type Signaling } from "../../../lib/signaling/signaling.ts";
import type { Inbox } from "./inbox.ts";
import { createPhone, type Phone, type PhoneOptions } from "./phone.ts";
import type { TimerRequest } from "../../../lib/sip/outcome.ts";
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
  /** Everything the log was told. */
  readonly notes: { event: string; fields: Readonly<Record<string, unknown>> }[];
  readonly timers: (TimerRequest & { readonly dueAt: number })[];
  /** Epoch seconds. */
  now(): number;
  /** A connected phone; `flow` names its connection. */
  phone(user: string, options?: Line): Phone;
  /** A connected and registered phone. */
  online(user: string, options?: Line): Promise<Phone>;
  /** The connection is gone and nobody has been told yet. */
  cut(flow: string): void;
  /** Lets time pass and fires what becomes due, in order. */
  pass(seconds: number): Promise<void>;
}

/** What is stored of a user whose password is its name. */
export function secretsOf(user: string): Subscriber["ha1"] {
  return { MD5: ha1("MD5", user, DOMAIN, user), "SHA-256": ha1("SHA-256", user, DOMAIN, user) };
}

/** `bend` replaces ports, to see what a failing one does. */
export function createNetwork(
  settings: Partial<Settings> = {},
  bend: (ports: Ports) => Partial<Ports> = () => ({}),
): Network {
  const state = createMemoryState();
  for (const user of ["alice", "bob", "carol"]) {
    state.addSubscriber({ aor: `sip:${user}@${DOMAIN}`, ha1: secretsOf(user) });
  }
  const inboxes = new Map<string, Inbox>();
  const notes: Network["notes"] = [];
  const timers: Network["timers"] = [];
  const keys = { current: createSecretKey(Buffer.from("a signing key")) };
  let now = 1_800_000_000;
  let flows = 0;

  const ports: Ports = {
    settings: { ...defaultSettings, domains: [DOMAIN], ...settings },
    platform: awsPlatform,
    now: () => now,
    random: () => `r${(flows += 1)}`,
    keys: () => Promise.resolve(keys),
    read: (keys) => state.read(keys),
    commit: state.commit,
    setTimers: (requests) => {
      timers.push(...requests.map((request) => ({ ...request, dueAt: now + request.delaySeconds })));
      return Promise.resolve();
    },
    post: (flow, text) => {
      const inbox = inboxes.get(flow);
      inbox?.put(text);
      return Promise.resolve(inbox === undefined ? "gone" : "delivered");
    },
    close: (flow) => {
      inboxes.delete(flow);
      return signaling.disconnected(flow);
    },
    pause: () => Promise.resolve(),
    observe: (event, fields) => void notes.push({ event, fields }),
  };
  const signaling = createSignaling({ ...ports, ...bend(ports) });

  function phone(user: string, options: Line = {}): Phone {
    const { source = "192.0.2.7" } = options;
    const flow = options.flow ?? `${user}-${(flows += 1)}`;
    return createPhone(
      { user, domain: DOMAIN, ...options },
      (inbox) => {
        inboxes.set(flow, inbox);
        return {
          async send(text) {
            const reply = await signaling.receive({ flow, text, source });
            if (reply !== undefined) inbox.put(reply);
          },
          async close() {
            inboxes.delete(flow);
            await signaling.disconnected(flow);
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
    timers,
    now: () => now,
    phone,
    async online(user, options) {
      const created = phone(user, options);
      await created.online();
      return created;
    },
    cut: (flow) => void inboxes.delete(flow),
    async pass(seconds) {
      const until = now + seconds;
      for (;;) {
        const due = timers.filter(({ dueAt }) => dueAt <= until).toSorted((a, b) => a.dueAt - b.dueAt)[0];
        if (due === undefined) break;
        timers.splice(timers.indexOf(due), 1);
        now = Math.max(now, due.dueAt);
        await signaling.timerFired(due);
      }
      now = until;
    },
  };
}
