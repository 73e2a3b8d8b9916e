// One story, event by event, under the eyes of the judge.
import { createJudge, type Finding } from "./judge.ts";
import { settingsOf } from "./domain.ts";
import { createWorld, type Event, type Turn, type World } from "./world.ts";

export interface Stage {
  readonly world: World;
  /** Carries out one event; whoever wants to hear of what comes of it. */
  play(event: Event, hear?: (turn: Turn) => void): Promise<void>;
  /** Lets all timers come due. */
  drain(): Promise<void>;
  readonly finding: Finding | undefined;
}

/** `setting`: which of the settings. */
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

/** The same events once more: ids, time and keys are what they were, so every token in them is as good as it was. */
export async function replay(setting: number, events: readonly Event[]): Promise<Finding | undefined> {
  const stage = openStage(setting);
  for (const event of events) {
    await stage.play(event);
    if (stage.finding !== undefined) return stage.finding;
  }
  await stage.drain();
  return stage.finding;
}
