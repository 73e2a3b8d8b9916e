// Received messages that no check has taken yet. They are taken by kind and not by order: a server is free to let
// messages overtake each other.
import { Failed } from "../check.ts";
import { type SipMessage, titleOf } from "../sip/message.ts";

export interface Inbox {
  /** Everything that came, taken or not. */
  readonly all: readonly SipMessage[];
  /** Branches this phone has used: a response with a known one belongs to no other transaction. */
  readonly branches: Set<string>;
  put(message: SipMessage): void;
  /** Is one there that fits and was not taken? */
  has(fits: (message: SipMessage) => boolean): boolean;
  /** The oldest message that fits. Fails if it does not come within the time. */
  take<M extends SipMessage>(what: string, fits: (message: SipMessage) => message is M, timeoutMs?: number): Promise<M>;
}

export function createInbox(who: string, patienceMs: number): Inbox {
  const all: SipMessage[] = [];
  const waiting: SipMessage[] = [];
  const wakers = new Set<() => void>();

  return {
    all,
    branches: new Set(),
    put(message) {
      all.push(message);
      waiting.push(message);
      for (const wake of wakers) wake();
    },
    has: (fits) => waiting.some(fits),
    async take<M extends SipMessage>(
      what: string,
      fits: (message: SipMessage) => message is M,
      timeoutMs = patienceMs,
    ): Promise<M> {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        const found = waiting.find(fits);
        if (found !== undefined) {
          waiting.splice(waiting.indexOf(found), 1);
          return found;
        }
        const left = deadline - performance.now();
        if (left <= 0) throw new Failed(`${who} got no ${what} within ${timeoutMs} ms; ${leftovers(waiting)}`);
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            clearTimeout(timer);
            wakers.delete(wake);
            resolve();
          };
          const timer = setTimeout(wake, left).unref(); // the check's own limit outlasts it; a check that has failed does not wait
          wakers.add(wake);
        });
      }
    },
  };
}

function leftovers(waiting: readonly SipMessage[]): string {
  return waiting.length === 0 ? "nothing else was waiting" : `waiting were: ${waiting.map(titleOf).join(", ")}`;
}
