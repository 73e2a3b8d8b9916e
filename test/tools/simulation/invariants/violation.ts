import type { Story } from "../story/story.ts";

/** The report of a broken invariant. */
export interface Violation {
  /** Name of the invariant. */
  readonly invariant: string;
  readonly message: string;
  /** When, in milliseconds. */
  readonly at: number;
  /** The Call-ID that the ladder is about. */
  readonly callId?: string;
}

export type Problem = Omit<Violation, "invariant">;

/** Checks a run; an empty list if the invariant held. */
export type Invariant = (story: Story) => readonly Problem[];

/** Milliseconds that a few slow Lambdas in a row may take, where "at once" is required. */
export const PROMPTLY = 15_000;
