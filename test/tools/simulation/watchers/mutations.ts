// Mutants of the notifier, each with the rule that must find it.
import { notifyFailed } from "../../../../lib/sip/events/notify-failed.ts";
import { paced } from "../../../../lib/sip/events/notify-rate.ts";
import { notifyNumber } from "../../../../lib/sip/events/notify.ts";
import { inOrder, NO_PART, tellLists, withLook } from "../../../../lib/sip/events/resource-changed.ts";
import { nothing } from "../../../../lib/sip/outcome.ts";
import { createSignaling } from "../../../../lib/signaling/signaling.ts";
import { type Edit, replacing } from "../../../support/mutants/edit.ts";
import type { RuleName } from "./invariants.ts";

export interface WatchMutation {
  /** The mistake of the mutant. */
  readonly name: string;
  readonly edit: Edit;
  readonly breaks: RuleName;
  /** As for `--weather`. */
  readonly weather: string;
  /** For a rare mistake: a seed that has shown it, tried first. */
  readonly seed?: number;
}

export const watchMutations: readonly WatchMutation[] = [
  {
    name: "forgets the last watcher",
    edit: replacing(inOrder, (original) => (subscriptions) => original(subscriptions).slice(0, -1)),
    breaks: "watchers see the final state",
    weather: "calm",
    seed: 10,
  },
  {
    name: "does not tell a list of the changes of its members",
    edit: replacing(tellLists, () => () => NO_PART),
    breaks: "watchers of a list see the final state of each member",
    weather: "calm",
    seed: 11,
  },
  {
    name: "numbers the NOTIFYs by their refreshes alone",
    edit: replacing(
      notifyNumber,
      () =>
        ({ extra }) =>
          1 + extra,
    ),
    breaks: "a higher number reports a later state",
    weather: "calm",
  },
  {
    name: "keeps a watcher whose connection is gone",
    edit: replacing(notifyFailed, () => () => Promise.resolve(nothing("watcher-gone"))),
    breaks: "a dead watcher gets no NOTIFY twice",
    weather: "drops",
  },
  {
    name: "reports every change at once",
    edit: replacing(paced, () => (state) => ({ kind: "now", state })),
    breaks: "changes are reported at the rate of the package",
    weather: "calm",
  },
  {
    name: "sets the timer of a watched state without end",
    edit: replacing(withLook, (original) => (state, registration, world) => {
      return original(state, registration, { ...world, links: 0 });
    }),
    breaks: "no chain of timers is as long as the platform's",
    weather: "calm",
    seed: 68,
  },
  {
    name: "ignores the conflict of two publications",
    edit: replacing(createSignaling, (original) => (ports) => {
      return original({ ...ports, commit: (changes) => ports.commit(changes).then(() => "committed") });
    }),
    breaks: "concurrent publications are both kept",
    weather: "calm",
  },
  {
    name: "throws at a NOTIFY",
    edit: replacing(notifyNumber, () => () => {
      throw new TypeError("no number");
    }),
    breaks: "the notifier does not throw and comes to rest",
    weather: "calm",
  },
];
