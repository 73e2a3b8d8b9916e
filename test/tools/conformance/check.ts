// A check is data: the requirement, its level, the features it needs, and the conversation that shows it.
import type { Lab } from "./lab/lab.ts";

/** RFC 2119 words. MAY marks a behaviour that an RFC leaves open and a reader of the report still wants to know. */
export type Level = "MUST" | "SHOULD" | "MAY";

/** The features that a server must offer before a check can run. */
export type Need =
  | "outbound"
  | "gruu"
  | "service-route"
  | "digest"
  | "redirect"
  | "group"
  | "forwarding"
  | "push"
  | "presence"
  | "reg"
  | "winfo"
  | "lists"
  | "dialog"
  | "message-summary"
  | "slow";

export interface Check {
  /** Never changes: users of the suite waive checks by it. */
  readonly id: string;
  /** Where it is written, such as `RFC 3261 §16.7 step 5`. */
  readonly section: string;
  readonly level: Level;
  /** The requirement, as a claim about the server. */
  readonly title: string;
  /** Accounts it has to itself while it runs, 0 to 3; no other check uses them meanwhile. Default 2: alice and bob. */
  readonly users?: number;
  readonly needs?: readonly Need[];
  /** Seconds it takes with a good server, for a check that waits on purpose. */
  readonly seconds?: number;
  /** Throws `Failed` or `Skipped`; anything else thrown is a bug of the suite. */
  run(lab: Lab): Promise<void>;
}

/** The server broke the requirement. */
export class Failed extends Error {}

/** The server does not offer what the check would look at. */
export class Skipped extends Error {}

export function claim(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Failed(otherwise);
}

export function claimEqual(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Failed(`${what} should be ${should}, but is ${is}`);
}

export function skip(why: string): never {
  throw new Skipped(why);
}
