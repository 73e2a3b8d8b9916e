// Decide, commit, emit: no effect is visible before it is stored, and a decision that met a conflict has no effect.
import { type FactOf, visit } from "../core/record.ts";
import { isResponse, titleOf } from "../core/wire.ts";
import { ourBranch } from "../story/contexts.ts";
import type { Story } from "../story/story.ts";
import type { Problem } from "./violation.ts";

export function nothingIsVisibleBeforeItIsStored(story: Story): readonly Problem[] {
  const phases = new Map<number, Phase>();
  const stored: Stored = { branches: new Map(), cancelled: new Set() };
  const problems: Problem[] = [];

  const phaseOf = (id: number): Phase => {
    const known = phases.get(id) ?? {
      hasCommitted: false,
      timers: 0,
      isBroken: false,
      hasAsked: false,
      hasPushFailed: false,
    };
    phases.set(id, known);
    return known;
  };
  const judge = (fact: FactOf<"posting"> | FactOf<"replied">): void => {
    const why = objection(fact, phaseOf(fact.by.id), stored);
    if (why === undefined) return;
    const message = `λ${fact.by.id} sent ${titleOf(fact.wire)} to ${fact.flow} ${why}`;
    problems.push({ at: fact.at, callId: fact.wire.callId, message });
  };

  visit(story.run.facts, {
    committed({ by, result }) {
      if (result === "committed") phaseOf(by.id).hasCommitted = true;
    },
    "setting timers": ({ by }) => void (phaseOf(by.id).timers += phaseOf(by.id).hasPushFailed ? 0 : 1),
    "timers set": ({ by }) => void (phaseOf(by.id).timers -= phaseOf(by.id).hasPushFailed ? 0 : 1),
    pushed({ by, result }) {
      if (result !== "delivered") phaseOf(by.id).hasPushFailed = true;
    },
    asked: ({ by }) => void (phaseOf(by.id).hasAsked = true),
    "broke down": ({ by }) => void (phaseOf(by.id).isBroken = true),
    stored: (fact) => note(fact, stored),
    posting: judge,
    replied: judge,
  });
  return problems;
}

/** The progress of one Lambda. */
interface Phase {
  hasCommitted: boolean;
  /** A timer is being set. */
  timers: number;
  /** The Lambda sends a failure response. */
  isBroken: boolean;
  /** An HTTP endpoint has answered. The next decision runs beside others, so a timer that is being set may be that of another. */
  hasAsked: boolean;
  /** The decision about a failed push is given up where no timer can be set; the messages of the call go out. */
  hasPushFailed: boolean;
}

/** The number of branches in the tables. */
interface Stored {
  /** Response context to number of branches. */
  readonly branches: Map<string, number>;
  readonly cancelled: Set<string>;
}

function note({ change }: FactOf<"stored">, { branches, cancelled }: Stored): void {
  if (change.kind === "branch" && change.branch.cancel === "sent") cancelled.add(`${change.read.id}.${change.index}`);
  if (change.kind !== "context") return;
  const { id, branches: all } = change.context;
  branches.set(id, Math.max(all.length, branches.get(id) ?? 0));
  for (const [index, { cancel }] of all.entries()) if (cancel === "sent") cancelled.add(`${id}.${index}`);
}

function objection(
  { wire }: FactOf<"posting"> | FactOf<"replied">,
  { hasCommitted, isBroken, timers, hasAsked }: Phase,
  { branches, cancelled }: Stored,
): string | undefined {
  if (isBroken) return undefined;
  if (!hasCommitted) return "before anything of it was committed";
  if (timers > 0 && !hasAsked) return "before its timers were set";
  const ours = isResponse(wire) ? undefined : ourBranch(wire);
  if (ours === undefined) return undefined;
  if ((branches.get(ours.context) ?? 0) <= ours.index) return "on a branch that is not stored";
  const isUntold = wire.method === "CANCEL" && !cancelled.has(`${ours.context}.${ours.index}`);
  return isUntold ? "without having stored that it does" : undefined;
}
