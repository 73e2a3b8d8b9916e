// The events of a page in order, and the tests that wait for them.
import { PATIENCE_MS } from "./patience.ts";

export interface Tale {
  put(event: string): void;
  /** The oldest of these that no test has taken yet; fails, listing the events, if it does not come in time. */
  take(event: string | RegExp): Promise<string>;
  /** All of it, taken or not. */
  readonly all: readonly string[];
}

/** `complaint` begins the error, `more` is added to it. */
export function createTale(complaint: string, more: () => readonly string[] = () => []): Tale {
  const all: string[] = [];
  const open: string[] = [];
  const waiting = new Set<() => void>();

  const find = (event: string | RegExp): string | undefined => {
    const index = open.findIndex((one) => (typeof event === "string" ? one === event : event.test(one)));
    return index < 0 ? undefined : open.splice(index, 1)[0];
  };

  return {
    all,
    put: (event) => {
      all.push(event);
      open.push(event);
      for (const look of waiting) look();
    },
    take: (event) =>
      new Promise((resolve, reject) => {
        const done = (): void => {
          waiting.delete(look);
          clearTimeout(timer);
        };
        const look = (): void => {
          const found = find(event);
          if (found === undefined) return;
          done();
          resolve(found);
        };
        const timer = setTimeout(() => {
          done();
          const story = [`${complaint} “${String(event)}”, but: ${all.join(" · ") || "nothing"}`, more().join(" · ")];
          reject(new Error(story.filter(Boolean).join("\nand got: ")));
        }, PATIENCE_MS);
        waiting.add(look);
        look();
      }),
  };
}
