// One story, event by event, with all oracles watching.
import { createJudge, type Finding } from "./judge.ts";
import { settingsOf } from "./domain.ts";
import { createWorld, type Event, type Turn, type World } from "./world.ts";

export interface Stage {
  readonly world: World;
  /** Carries out one event; `turn` gets each turn that it causes. */
  play(event: Event, hear?: (turn: Turn) => void): Promise<void>;
  /** Lets all timers come due. */
  drain(): Promise<void>;
  readonly finding: Finding | undefined;
}

/** `setting`: index in the list of settings. */
export function openStage(setting: number): Stage {
  const world = createWorld(settingsOf[setting % settingsOf.length] ?? {});
  const judge = createJudge(world);

  async function play(event: Event, hear?: (turn: Turn) => void): Promise<void> {
    judge.hear(event);
    await world.step(event, (turn) => {
      judge.turn(turn);
      hear?.(turn);
    });
  }

  return {
    world,
    play,
    async drain() {
      for (let hours = 0; hours < 12 && world.timersLeft() > 0; hours += 1) await play({ kind: "pass", seconds: 600 });
      judge.end();
    },
    get finding() {
      return judge.finding;
    },
  };
}

/** Plays the same events again: ids, time and keys are the same, so every token in them stays valid. */
export async function replay(setting: number, events: readonly Event[]): Promise<Finding | undefined> {
  const stage = openStage(setting);
  for (const event of events) {
    await stage.play(event);
    if (stage.finding !== undefined) return stage.finding;
  }
  await stage.drain();
  return stage.finding;
}
