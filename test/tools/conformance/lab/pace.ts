// How fast the server is just now. "Nothing came" means something only after as long as something would have taken, and that
// changes with the load; so every first answer is timed, in all checks together.

export interface Pace {
  /** An answer took this long. */
  note(milliseconds: number): void;
  /** Milliseconds to watch before saying that nothing came. */
  quietMs(): number;
}

/** `fixedMs` is for callers that know a better value. */
export function createPace(fixedMs?: number): Pace {
  const recent: number[] = [];
  return {
    note(milliseconds) {
      recent.push(milliseconds);
      if (recent.length > REMEMBERED) recent.shift();
    },
    quietMs: () => fixedMs ?? Math.min(Math.max(WAYS * Math.max(0, ...recent) + MARGIN_MS, LEAST_MS), MOST_MS),
  };
}

const REMEMBERED = 32;
/** To a phone by way of the server may take as long as there and back again, twice if the server is busy. */
const WAYS = 2;
const MARGIN_MS = 50;
const LEAST_MS = 150;
const MOST_MS = 3000;
