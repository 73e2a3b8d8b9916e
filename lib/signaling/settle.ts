// Decide, commit, emit: the only place where a decision becomes stored and then visible. A process may end between any two
// lines: nothing is visible before it is stored, and the timer sends again what may have been lost.
import { ContentionError } from "../errors.ts";
import type { Outcome } from "../sip/outcome.ts";
import type { VerifiedToken } from "../sip/world.ts";
import type { Admission } from "./admission.ts";
import type { Keyless, Settling } from "./decide.ts";
import { emit } from "./emit.ts";
import { type Input, linked } from "./input.ts";
import type { Ports } from "./ports.ts";

/** Twenty phones of a group that answer at the same instant still get through. */
const MAX_ATTEMPTS = 20;

const NO_TOKENS: VerifiedToken = { kind: "refused", reason: "this deployment takes no tokens in SIP" };

export function createSettling(ports: Ports, admission: Pick<Admission, "learn" | "learnFrom">): Settling {
  const settling: Settling = {
    ports,
    /** Nothing leaves before its state is stored, so deciding twice is harmless. */
    settle: async (decide, input) => {
      for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
        const outcome = await decide(worldOf(attempt, input, ports, admission));
        if (outcome.again !== undefined) {
          await ports.wait(outcome.again);
          continue;
        }
        if ((await store(outcome, input, ports)) === "conflict") {
          input.incidents.conflicts += 1;
          await ports.pause(attempt);
          continue;
        }
        admission.learnFrom(outcome.changes);
        input.outcomes.push(outcome);
        return emit(outcome.effects, input, settling);
      }
      throw new ContentionError(`no decision about ${input.subject.name} was stored in ${MAX_ATTEMPTS} attempts`);
    },
  };
  return settling;
}

function worldOf(
  attempt: number,
  { contexts, registrations, links }: Input,
  ports: Ports,
  admission: Pick<Admission, "learn">,
): Keyless {
  const { push } = ports;
  return {
    now: ports.now(),
    settings: ports.settings,
    platform: ports.platform,
    random: () => ports.random(),
    read: async (keys) => {
      const snapshot = await ports.read(keys);
      admission.learn(snapshot.flows);
      contexts.push(...snapshot.contexts);
      registrations.push(...snapshot.registrations);
      return snapshot;
    },
    verifyToken: (token) => ports.verifyToken?.(token) ?? Promise.resolve(NO_TOKENS),
    isRetry: attempt > 1,
    links,
    ...(push && { pushKey: () => push.publicKey() }),
    ...(ports.turn && { turn: ports.turn }),
  };
}

/**
 * Timers before state: a timer whose state was never stored is stale, but a state whose timer was never set is a call
 * that never ends. For a new context both may be written at once if nothing depends on it yet: a registration that names it
 * lets devices ring that register later.
 */
async function store({ changes, ...outcome }: Outcome, input: Input, ports: Ports): Promise<"committed" | "conflict"> {
  const timers = linked(outcome.timers, input);
  const contexts = changes.filter((change) => change.kind === "context");
  const isNew = contexts.length > 0 && contexts.every(({ context }) => context.version === 0);
  const isAlone = isNew && !changes.some(({ kind }) => kind === "registration");
  if (!isAlone) await ports.setTimers(timers);
  const [committed] = await Promise.all([ports.commit(changes), isAlone ? ports.setTimers(timers) : undefined]);
  return committed;
}
