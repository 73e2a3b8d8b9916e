// Write units of a request to several devices, by their number, if each answer is settled before the next one comes. Held by
// `budget.test.ts`; SECURITY.md states what follows from them. An INVITE writes the registration of the devices, too.

export interface ForkCosts {
  /** INVITE; each device sends 486. */
  readonly allBusy: number;
  /** INVITE; each device rings, the caller cancels, each device sends 487. */
  readonly ringAndCancel: number;
  /** MESSAGE; each device sends 200. */
  readonly allReceive: number;
}

export const forkCosts: Readonly<Record<number, ForkCosts>> = {
  1: { allBusy: 3, ringAndCancel: 5, allReceive: 0 },
  2: { allBusy: 6, ringAndCancel: 9, allReceive: 2 },
  5: { allBusy: 10, ringAndCancel: 16, allReceive: 3 },
  10: { allBusy: 16, ringAndCancel: 27, allReceive: 4 }, // the row keeps the text, and one of ten devices exceeds 1 KB
};

/** Each further device costs its own answer: the row of a refused call stays within one write unit. */
export const UNITS_PER_REFUSAL = 1;

/** At most, if all answers of ten devices meet. */
export const mostForTen: ForkCosts = { allBusy: 40, ringAndCancel: 70, allReceive: 12 };
