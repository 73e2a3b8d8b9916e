// A record, indexed once for the invariants.
import { byKind, type Fact, type FactOf } from "../core/record.ts";
import { DAWN } from "../cloud/lambda.ts";
import type { PhonePlan } from "../script/script.ts";
import type { Run } from "../simulate.ts";
import { type Accidents, tellAccidents } from "./accidents.ts";
import { type Connections, tellConnections } from "./connections.ts";
import { type Contexts, tellContexts } from "./contexts.ts";

export interface Story extends Accidents, Connections, Contexts {
  readonly run: Run;
  readonly phones: ReadonlyMap<string, PhonePlan>;
  /** The facts of that kind, in their order. */
  factsOfKind<K extends Fact["kind"]>(kind: K): readonly FactOf<K>[];
}

export function tell(run: Run): Story {
  const contexts = tellContexts(run.facts);
  return {
    run,
    factsOfKind: byKind(run.facts),
    phones: new Map(run.script.phones.map((plan) => [plan.name, plan])),
    ...contexts,
    ...tellConnections(run.facts),
    ...tellAccidents(run.facts, (id) => contexts.contexts.get(id)?.callId),
  };
}

/** Virtual milliseconds of a stored epoch second. */
export function momentOf(epochSeconds: number): number {
  return (epochSeconds - DAWN) * 1000;
}
