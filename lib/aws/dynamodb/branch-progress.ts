// The progress of a client branch as a short text, such as `d486k`: one element of a list, so that the branches of a large
// fork fit into one write unit and each can be written by itself.
import type { ClientBranch } from "../../sip/state/response-context.ts";

export type BranchProgress = Omit<ClientBranch, "target" | "uri" | "routes" | "dialed" | "rungAt">;

const LETTERS = { waking: "w", calling: "c", proceeding: "p", accepted: "a", completed: "d", terminated: "t" } as const;
const STATES = ["waking", "calling", "proceeding", "accepted", "completed", "terminated"] as const;

/** State, status, failure, whether the response is kept, CANCEL, and whether the device is lost. */
const PROGRESS = /^([wcpadt])(\d*)(?:f(\d+))?(k?)([ws]?)([lh]?)$/;

export function fromProgress({ state, status, failure, isKept, cancel, isLost }: BranchProgress): string {
  return [
    LETTERS[state],
    status ?? "",
    failure === undefined ? "" : `f${failure}`,
    isKept === true ? "k" : "",
    cancel === undefined ? "" : cancel === "wanted" ? "w" : "s",
    isLost === undefined ? "" : isLost ? "l" : "h",
  ].join("");
}

/** Undefined for a text that {@link fromProgress} does not write. */
export function toProgress(text: string): BranchProgress | undefined {
  const [, letter, status, failure, kept, cancel, lost] = PROGRESS.exec(text) ?? [];
  const state = STATES.find((one) => LETTERS[one] === letter);
  if (state === undefined) return undefined;
  return {
    state,
    ...(status && { status: Number(status) }),
    ...(failure !== undefined && { failure: Number(failure) }),
    ...(kept && { isKept: true }),
    ...(cancel && { cancel: cancel === "w" ? "wanted" : "sent" }),
    ...(lost && { isLost: lost === "l" }),
  };
}
