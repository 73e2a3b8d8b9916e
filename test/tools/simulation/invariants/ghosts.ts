// A binding lives as long as its flow. A binding whose flow has ended is removed by the `$disconnect` or by the first
// message that could not be sent there, and gets no call after it expired.
//
// A `$disconnect` that comes before the record of its flow cannot know of a binding, and leaves it to the first message that
// cannot be sent.
import type { Binding } from "../../../../lib/sip/state/registration.ts";
import { type FactOf, visit } from "../core/record.ts";
import { ourBranch } from "../story/contexts.ts";
import { momentOf, type Story } from "../story/story.ts";
import { seconds } from "./final-answer.ts";
import { type Problem, PROMPTLY } from "./violation.ts";

/** Milliseconds for which the record of a closed flow is known, less the error of two clocks. */
const REMEMBERED = 58_000;

interface Bound {
  readonly binding: Binding;
  /** Position in the record at which this binding was first stored. */
  readonly since: number;
}

/** The bindings at the present position of the record: by AOR. */
type Table = Map<string, readonly Bound[]>;

export function noGhostBinding(story: Story): readonly Problem[] {
  const table: Table = new Map();
  const recorded = new Set<string>();
  /** Flows that a Lambda knows to be closed, each with the position in the record at which it learned so. */
  const gone = new Map<number, Map<string, number>>();
  /** When a flow was first marked as closed. */
  const marked = new Map<string, number>();
  /** Flows whose `$disconnect` has been handled. */
  const handled = new Set<string>();
  const problems: Problem[] = [];

  const learn = (id: number, flow: string, order: number): void => {
    gone.set(id, (gone.get(id) ?? new Map<string, number>()).set(flow, order));
  };
  visit(story.run.facts, {
    woken({ by, at }) {
      const { cause } = by;
      if (cause.kind !== "disconnect" || !recorded.has(cause.flow)) return;
      if (at - (marked.get(cause.flow) ?? at) < REMEMBERED) learn(by.id, cause.flow, Infinity);
    },
    stored({ by, change, order, at }) {
      if (change.kind === "registration") {
        const late = change.registration.bindings.find((binding) => {
          return (
            handled.has(binding.flow) && !boundTo(binding.flow, table).some((bound) => isSame(bound.binding, binding))
          );
        });
        if (late !== undefined)
          problems.push({ at, message: `λ${by.id} bound ${late.contact} to ${late.flow}, which has closed` });
        update(table, change.registration, order);
      }
      if (change.kind === "flow") recorded.add(change.record.flow);
      if (change.kind === "flow gone" && !marked.has(change.flow)) marked.set(change.flow, at);
    },
    posted(fact) {
      const { by, flow, order, result } = fact;
      if (result === "gone") learn(by.id, flow, order);
      if (result === "failed") gone.get(by.id)?.delete(flow); // the response of the call was lost: the Lambda does not know
      problems.push(...judgeTarget(fact, table));
    },
    done({ by, at }) {
      if (by.cause.kind === "disconnect" && gone.get(by.id)?.has(by.cause.flow) === true) handled.add(by.cause.flow);
      for (const [flow, since] of gone.get(by.id) ?? []) {
        const ghost = boundTo(flow, table).find((bound) => bound.since < since);
        if (ghost === undefined || momentOf(ghost.binding.expiresAt) <= at) continue;
        const message = `λ${by.id} knew that ${flow} is gone, and ${ghost.binding.contact} is still bound to it`;
        problems.push({ at, message });
      }
    },
  });
  return problems;
}

function boundTo(flow: string, table: Table): readonly Bound[] {
  return [...table.values()].flat().filter(({ binding }) => binding.flow === flow);
}

/** No call goes to a binding that had expired when the call came. */
function judgeTarget({ at, wire, flow, by }: FactOf<"posted">, table: Table): readonly Problem[] {
  const isCall = wire.method === "INVITE" && wire.status === 0 && ourBranch(wire) !== undefined;
  if (!isCall || by.cause.kind !== "frame" || by.cause.wire.status !== 0) return [];
  const ends = boundTo(flow, table).map(({ binding }) => momentOf(binding.expiresAt));
  const end = Math.max(...ends);
  if (ends.length === 0 || end > at - PROMPTLY) return [];
  const message = `${flow} was called although its binding had expired at ${seconds(end)}`;
  return [{ at, callId: wire.callId, message }];
}

function update(
  table: Table,
  { aor, bindings }: { readonly aor: string; readonly bindings: readonly Binding[] },
  order: number,
): void {
  const known = table.get(aor) ?? [];
  const now = bindings.map(
    (binding): Bound => known.find((bound) => isSame(bound.binding, binding)) ?? { binding, since: order },
  );
  table.set(aor, now);
}

function isSame(a: Binding, b: Binding): boolean {
  return a.flow === b.flow && a.callId === b.callId && a.cseq === b.cseq;
}
