import type { Story } from "../story/story.ts";

/** What an invariant says when it is broken. */
export interface Violation {
  /** Name of the invariant. */
  readonly invariant: string;
  readonly message: string;
  /** When, in milliseconds. */
  readonly at: number;
  /** Of the call it is about, for the ladder. */
  readonly callId?: string;
}

export type Problem = Omit<Violation, "invariant">;

/** Judges a run; an empty list if it held. */
export type Invariant = (story: Story) => readonly Problem[];

/** Milliseconds that a few slow Lambdas in a row may take, where a promise is kept "at once". */
export const PROMPTLY = 15_000;
