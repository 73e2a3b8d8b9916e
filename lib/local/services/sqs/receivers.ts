// Receivers that wait for a message of a queue (long polling), first come first served.

export interface Receivers<Message> {
  /** Up to `max` messages, or none when `waitMs` is over. */
  wait(max: number, visibilitySeconds: number, waitMs: number): Promise<readonly Message[]>;
  /** Serves the first receiver; false if there is no receiver. It stays the first if nothing can be taken. */
  serve(take: (max: number, visibilitySeconds: number) => readonly Message[]): boolean;
  /** They receive nothing. */
  close(): void;
}

interface Receiver<Message> {
  readonly max: number;
  readonly visibilitySeconds: number;
  readonly resolve: (messages: readonly Message[]) => void;
  readonly timeout: NodeJS.Timeout;
}

export function createReceivers<Message>(): Receivers<Message> {
  const waiting: Receiver<Message>[] = [];

  return {
    wait: (max, visibilitySeconds, waitMs) =>
      new Promise((resolve) => {
        const timeout = setTimeout(() => {
          waiting.splice(waiting.indexOf(receiver), 1);
          resolve([]);
        }, waitMs);
        const receiver: Receiver<Message> = { max, visibilitySeconds, resolve, timeout };
        waiting.push(receiver);
      }),
    serve: (take) => {
      const receiver = waiting.shift();
      if (receiver === undefined) return false;
      const taken = take(receiver.max, receiver.visibilitySeconds);
      if (taken.length === 0) {
        waiting.unshift(receiver);
        return true;
      }
      clearTimeout(receiver.timeout);
      receiver.resolve(taken);
      return true;
    },
    close: () => {
      for (const { timeout, resolve } of waiting.splice(0)) {
        clearTimeout(timeout);
        resolve([]);
      }
    },
  };
}
