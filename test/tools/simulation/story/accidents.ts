// What went wrong, for which call.
import { type Fact, type FactOf, type Invocation, visit } from "../core/record.ts";
import { list } from "./list.ts";

export interface Accidents {
  factsOf(by: Invocation): readonly Fact[];
  /** What a Lambda worked for; undefined for a `$disconnect`. */
  callIdOf(by: Invocation): string | undefined;
  /** It was not killed, threw nothing, and was told the truth about what it stored. */
  isSound(by: Invocation): boolean;
  /** Something it sent was taken by the platform and perhaps not carried out. */
  hasFailedPost(by: Invocation): boolean;
  /** Lambdas that fell ill while they worked for the call, and posts that failed. */
  breakdowns(callId: string): readonly Fact[];
  /** Messages of the call that were lost with a connection. */
  losses(callId: string): readonly FactOf<"swallowed">[];
}

export function tellAccidents(facts: readonly Fact[], callIdOfContext: (id: string) => string | undefined): Accidents {
  const byInvocation = new Map<number, Fact[]>();
  const broken = new Map<string, Fact[]>();
  const lost = new Map<string, FactOf<"swallowed">[]>();
  const unsound = new Set<number>();
  const failed = new Set<number>();

  function callIdOf({ cause }: Invocation): string | undefined {
    if (cause.kind === "frame") return cause.wire.callId;
    return cause.kind === "timer" ? callIdOfContext(cause.timer.context) : undefined;
  }

  function note(fact: Fact & { readonly by: Invocation }, among: Set<number>): void {
    among.add(fact.by.id);
    list(broken, callIdOf(fact.by) ?? "").push(fact);
  }

  for (const fact of facts) if ("by" in fact && fact.by !== undefined) list(byInvocation, fact.by.id).push(fact);
  visit(facts, {
    died: (fact) => note(fact, unsound),
    "broke down": (fact) => note(fact, unsound),
    refused: (fact) => void (fact.why === "doubt" && note(fact, unsound)),
    posted: (fact) => void (fact.result === "failed" && note(fact, failed)),
    swallowed: (fact) => void list(lost, fact.wire.callId).push(fact),
  });

  return {
    factsOf: ({ id }) => byInvocation.get(id) ?? [],
    callIdOf,
    isSound: ({ id }) => !unsound.has(id),
    hasFailedPost: ({ id }) => failed.has(id),
    breakdowns: (callId) => broken.get(callId) ?? [],
    losses: (callId) => lost.get(callId) ?? [],
  };
}
