// The accidents of a run, with the calls they concern.
import { type Fact, type FactOf, type Invocation, visit } from "../core/record.ts";
import { list } from "./list.ts";

export interface Accidents {
  factsOf(by: Invocation): readonly Fact[];
  /** The cause of a Lambda's work; undefined for a `$disconnect`. */
  callIdOf(by: Invocation): string | undefined;
  /** It was not killed, threw nothing, gave up no push, and got true results for its writes. */
  isSound(by: Invocation): boolean;
  /** A message that it sent was accepted by the platform and perhaps not delivered. */
  hasFailedPost(by: Invocation): boolean;
  /** Disturbed Lambdas that worked for the call, and posts that failed. */
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
    if (cause.kind !== "timer") return undefined;
    if (cause.timer.kind === "push") return callIdOfContext(cause.timer.branch.context);
    return cause.timer.kind === "transaction" ? callIdOfContext(cause.timer.context) : undefined;
  }

  function note(fact: Fact & { readonly by: Invocation }, among: Set<number>): void {
    among.add(fact.by.id);
    list(broken, callIdOf(fact.by) ?? "").push(fact);
  }

  for (const fact of facts) if ("by" in fact && fact.by !== undefined) list(byInvocation, fact.by.id).push(fact);
  visit(facts, {
    died: (fact) => note(fact, unsound),
    "broke down": (fact) => note(fact, unsound),
    "gave up": (fact) => void (fact.what === "push" && note(fact, unsound)), // a timer looks in its place
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
