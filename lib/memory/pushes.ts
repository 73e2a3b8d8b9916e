// A push service of this process: it takes every push, and keeps them for a test to read.
import type { PushPort } from "../signaling/ports.ts";
import type { Push, PushFailure } from "../sip/effect.ts";

export interface Pushes extends PushPort {
  /** Those that were sent, the first one first. */
  readonly sent: readonly Push[];
  /** The next pushes fail like this, one after the other. */
  fail(...failures: readonly PushFailure[]): void;
}

export function createPushes(): Pushes {
  const sent: Push[] = [];
  const failures: PushFailure[] = [];
  return {
    sent,
    publicKey: () => Promise.resolve("BKey"),
    fail: (...next) => void failures.push(...next),
    send(push) {
      sent.push(push);
      return Promise.resolve(failures.shift() ?? "delivered");
    },
  };
}
