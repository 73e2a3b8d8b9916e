// Stories: phones of alice, bob and carol that behave as phones do, and strangers that attack, while their messages are
// altered on the way. A seed determines a story.
import { titleOf } from "../conformance/sip/message.ts";
import { createRandom, type Random } from "../simulation/core/random.ts";
import { oneOf } from "./choose.ts";
import { register, withCredentials } from "./compose.ts";
import { type Sample, samplesOf } from "./corpus.ts";
import { createDevice, type Device, noteReceived, noteSent } from "./device.ts";
import { settingsOf } from "./domain.ts";
import type { Finding } from "./judge.ts";
import { createOverheard } from "./overheard.ts";
import { mutate } from "./mutators/mutate.ts";
import { openStage, type Stage } from "./play.ts";
import { sayable, forgery } from "./speech.ts";
import type { Event, Turn } from "./world.ts";
import { readOnce } from "./read-once.ts";

export interface Story {
  readonly seed: number;
  readonly setting: number;
  readonly events: readonly Event[];
  readonly finding?: Finding;
}

/** Events of a story after all phones have registered. */
const LENGTH = 60;

/** Called for every text on the wire, for statistics. */
export type Listener = (direction: "in" | "out", title: string) => void;

export async function tellStory(seed: number, listen: Listener = () => undefined): Promise<Story> {
  const random = createRandom(seed);
  const setting = random.between(0, settingsOf.length - 1);
  const cast = createCast(openStage(setting), listen);
  await cast.gather(random.named("gather"));
  for (let step = 0; step < LENGTH && cast.finding() === undefined; step += 1) {
    await cast.act(random.named(`step ${step}`));
  }
  if (cast.finding() === undefined) await cast.drain();
  const finding = cast.finding();
  return { seed, setting, events: cast.events, ...(finding && { finding }) };
}

function createCast(stage: Stage, listen: Listener) {
  const devices: readonly Device[] = [
    createDevice("alice-a", "alice"),
    createDevice("alice-b", "alice"),
    createDevice("bob-a", "bob"),
    createDevice("carol-a", "carol"),
    createDevice("mallory"),
    createDevice("trudy", undefined, "alice"),
  ];
  const events: Event[] = [];
  const overheard = createOverheard();
  const byFlow = new Map<string, Device>();

  async function play(event: Event): Promise<void> {
    events.push(event);
    await stage.play(event, heard);
  }

  function heard(turn: Turn): void {
    for (const { to, text } of turn.sent) {
      const device = byFlow.get(to.name);
      if (device !== undefined) noteReceived(device, text);
      overheard.add(text);
      listen("out", titleIn(text));
    }
  }

  async function open(device: Device): Promise<void> {
    byFlow.set(device.flow, device);
    await play({ kind: "open", flow: device.flow, ...(device.user !== undefined && { user: device.user }) });
  }

  async function send(device: Device, text: string): Promise<void> {
    noteSent(device, text);
    overheard.add(text);
    listen("in", titleIn(text));
    await play({ kind: "message", flow: device.flow, text });
  }

  /** Registers, without alterations. */
  async function signOn(device: Device, random: Random): Promise<void> {
    await send(device, register(device, oneOf(random, samplesOf("REGISTER").filter(isPlain)), 540));
    const challenged = device.challenged.at(-1);
    if (challenged !== undefined) await send(device, withCredentials(device, challenged));
  }

  return {
    events,
    finding: () => stage.finding,
    drain: () => stage.drain(),

    async gather(random: Random): Promise<void> {
      for (const device of devices) await open(device);
      for (const device of devices.filter(({ user }) => user !== undefined)) await signOn(device, random);
    },

    /** One random action of one device. */
    async act(random: Random): Promise<void> {
      const device = oneOf(random, devices);
      const what = random.between(1, 100);
      if (what <= 3) return play({ kind: "pass", seconds: oneOf(random, [1, 5, 33, 61, 190, 600]) });
      if (what === 4) {
        await play({ kind: "close", flow: device.flow });
        device.flow = `${device.name}-${(device.made += 1)}`;
        await open(device);
        return device.user !== undefined && random.chance(0.8) ? signOn(device, random) : undefined;
      }
      const said = what <= 14 ? forgery(device, random, overheard) : sayable(device, random);
      const isBent = what <= 8 || random.chance(0.5);
      await send(device, isBent ? mutate(said, random, overheard) : said);
    },
  };
}

function isPlain({ name }: Sample): boolean {
  return name === "jssip-register" || name === "sipjs-register";
}

function titleIn(text: string): string {
  const message = readOnce(text);
  return message === undefined ? "noise" : titleOf(message);
}
