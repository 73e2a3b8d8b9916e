// The calls that were answered and tracked.
import type { Call, CallEnd } from "../../../../lib/sip/state/call.ts";
import type { FactOf } from "../core/record.ts";
import type { ContextStory } from "./contexts.ts";

export interface CallStory {
  readonly context: ContextStory;
  readonly call: Call;
  /** When its row was stored. */
  readonly answered: FactOf<"stored">;
  /** Each change of its end, in order. */
  readonly ends: readonly { readonly fact: FactOf<"stored">; readonly ended: CallEnd | undefined }[];
  /** Names of the phones. */
  readonly caller: string;
  readonly callee: string;
}

export function callsIn(contexts: ReadonlyMap<string, ContextStory>): readonly CallStory[] {
  return [...contexts.values()].flatMap((context) => {
    const first = context.versions.find((version) => version.context.call !== undefined);
    const { call } = first?.context ?? {};
    if (first === undefined || call === undefined) return [];
    const ends: { readonly fact: FactOf<"stored">; readonly ended: CallEnd | undefined }[] = [];
    for (const { fact, context: version } of context.versions) {
      const ended = version.call?.ended;
      if (JSON.stringify(ended) !== JSON.stringify(ends.at(-1)?.ended)) ends.push({ fact, ended });
    }
    const callee = first.context.branches[call.index]?.target.flow ?? "";
    return [
      {
        context,
        call,
        answered: first.fact,
        ends,
        caller: phoneOf(first.context.caller.flow),
        callee: phoneOf(callee),
      },
    ];
  });
}

/** `bob.2#3` is the third connection of the phone `bob.2`. */
export function phoneOf(flow: string): string {
  return flow.split("#")[0] ?? "";
}
