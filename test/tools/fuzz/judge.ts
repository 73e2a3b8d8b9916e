// All oracles over one world.
import { createAnswersOracle } from "./oracles/answers.ts";
import { createBindingsOracle } from "./oracles/bindings.ts";
import type { Oracle, Reading } from "./oracles/oracle.ts";
import { createPartiesOracle } from "./oracles/parties.ts";
import { createStateOracle } from "./oracles/state.ts";
import { createThrowsOracle } from "./oracles/throws.ts";
import { createWireOracle } from "./oracles/wire.ts";
import { createWorkOracle } from "./oracles/work.ts";
import type { Event, Turn, World } from "./world.ts";
import { readOnce } from "./read-once.ts";

export interface Finding {
  readonly oracle: string;
  readonly message: string;
}

export interface Judge {
  /** Called before each event: the `open` events say which user is on which connection. */
  hear(event: Event): void;
  turn(turn: Turn): void;
  end(): void;
  /** Names of the oracles. */
  readonly oracles: readonly string[];
  /** The first finding. */
  readonly finding: Finding | undefined;
}

export function createJudge(world: World): Judge {
  const users = new Map<string, string | undefined>();
  const oracles: readonly Oracle[] = [
    createThrowsOracle(),
    createWireOracle(),
    createPartiesOracle(),
    createAnswersOracle(),
    createBindingsOracle(users, world),
    createWorkOracle(),
    createStateOracle(world),
  ];
  let finding: Finding | undefined;

  function ask(question: (oracle: Oracle) => string | undefined): void {
    for (const oracle of oracles) {
      const message = question(oracle);
      if (message !== undefined) finding ??= { oracle: oracle.name, message };
    }
  }

  return {
    oracles: oracles.map(({ name }) => name),
    hear: (event) => {
      if (event.kind === "open") users.set(event.flow, event.user);
    },
    turn(turn) {
      const reading = read(turn);
      ask((oracle) => oracle.turn?.(reading));
    },
    end: () => ask((oracle) => oracle.end?.(world)),
    get finding() {
      return finding;
    },
  };
}

function read(turn: Turn): Reading {
  const received = turn.cause.kind === "message" ? readOnce(turn.cause.text) : undefined;
  const sent = turn.sent.map((one) => {
    const message = readOnce(one.text);
    return { ...one, ...(message && { message }) };
  });
  return { turn, sent, ...(received && { received }) };
}
