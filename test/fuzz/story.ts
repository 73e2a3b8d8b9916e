// Stories: phones of alice, bob and carol that do what phones do, and strangers who do what strangers do, while what they
// send is bent on the way. One number is one story.
import { createDice, type Dice } from "../simulation/core/dice.ts";
import { readMessage, type SipRequest, titleOf } from "../conformance/sip/message.ts";
import { samples, samplesOf, type Sample, torture } from "./corpus.ts";
import {
  ackOf,
  answerTo,
  aorOf,
  cancelOf,
  createDevice,
  type Device,
  inDialog,
  noteReceived,
  noteSent,
  register,
  request,
  withCredentials,
} from "./device.ts";
import type { Finding } from "./judge.ts";
import { mutate } from "./mutators/mutate.ts";
import type { Pool } from "./mutators/mutator.ts";
import { openStage, type Stage } from "./play.ts";
import { callable, DOMAIN, type Event, settingsOf, type Turn } from "./world.ts";

export interface Story {
  readonly seed: number;
  readonly setting: number;
  readonly events: readonly Event[];
  readonly finding?: Finding;
}

/** Events of a story after everybody has registered. */
const LENGTH = 60;

/** Hears of every text on the wire, for those who count. */
export type Listener = (direction: "in" | "out", title: string) => void;

export async function tellStory(seed: number, listen: Listener = () => undefined): Promise<Story> {
  const dice = createDice(seed);
  const setting = dice.between(0, settingsOf.length - 1);
  const cast = createCast(openStage(setting), listen);
  await cast.gather(dice.named("gather"));
  for (let step = 0; step < LENGTH && cast.finding() === undefined; step += 1) {
    await cast.act(dice.named(`step ${step}`));
  }
  if (cast.finding() === undefined) await cast.drain();
  const finding = cast.finding();
  return { seed, setting, events: cast.events, ...(finding && { finding }) };
}

interface Loot extends Pool {
  /** An INVITE as its caller sent it; "" if there was none yet. */
  call(dice: Dice): string;
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
  const wire: string[] = [];
  const calls: string[] = [];
  const pool: Loot = {
    heard: (dice) => wire[dice.between(0, wire.length - 1)] ?? "",
    call: (dice) => (calls.length === 0 ? "" : newest(dice, calls)),
    stored: (dice) => (dice.chance(0.7) ? oneOf(dice, samples).text : oneOf(dice, torture)),
  };
  const byFlow = new Map<string, Device>();

  async function play(event: Event): Promise<void> {
    events.push(event);
    await stage.play(event, heard);
  }

  function heard(turn: Turn): void {
    for (const { to, text } of turn.sent) {
      const device = byFlow.get(to.name);
      if (device !== undefined) noteReceived(device, text);
      overhear(text);
      listen("out", titleIn(text));
    }
  }

  /** The newest, and so the ones that still mean something. */
  function overhear(text: string): void {
    wire.push(text);
    if (wire.length > 24) wire.shift();
  }

  async function open(device: Device): Promise<void> {
    byFlow.set(device.flow, device);
    await play({ kind: "open", flow: device.flow, ...(device.user !== undefined && { user: device.user }) });
  }

  async function send(device: Device, text: string): Promise<void> {
    noteSent(device, text);
    overhear(text);
    if (text.startsWith("INVITE ")) calls.push(text);
    listen("in", titleIn(text));
    await play({ kind: "message", flow: device.flow, text });
  }

  /** Registers, as it should. */
  async function signOn(device: Device, dice: Dice): Promise<void> {
    await send(device, register(device, oneOf(dice, samplesOf("REGISTER").filter(isPlain)), 540));
    const challenged = device.challenged.at(-1);
    if (challenged !== undefined) await send(device, withCredentials(device, challenged));
  }

  return {
    events,
    finding: () => stage.finding,
    drain: () => stage.drain(),

    async gather(dice: Dice): Promise<void> {
      for (const device of devices) await open(device);
      for (const device of devices.filter(({ user }) => user !== undefined)) await signOn(device, dice);
    },

    /** One thing that somebody does. */
    async act(dice: Dice): Promise<void> {
      const device = oneOf(dice, devices);
      const what = dice.between(1, 100);
      if (what <= 3) return play({ kind: "pass", seconds: oneOf(dice, [1, 5, 33, 61, 190, 600]) });
      if (what === 4) {
        await play({ kind: "close", flow: device.flow });
        device.flow = `${device.name}-${(device.made += 1)}`;
        await open(device);
        return device.user !== undefined && dice.chance(0.8) ? signOn(device, dice) : undefined;
      }
      const said = what <= 14 ? theft(device, dice, pool) : sayable(device, dice);
      const isBent = what <= 8 || dice.chance(0.5);
      await send(device, isBent ? mutate(said, dice, pool) : said);
    },
  };
}

/** Somebody else's words, what follows from them, or words out of nowhere. */
function theft(device: Device, dice: Dice, pool: Loot): string {
  if (dice.chance(0.2)) return pool.stored(dice);
  const text = dice.chance(0.2) ? pool.call(dice) : pool.heard(dice);
  const message = readMessage(text);
  if (message === undefined || dice.chance(0.4)) return text;
  if (message.kind === "response") return ackOf(device, oneOf(dice, samplesOf("BYE")), message);
  if (message.method === "INVITE" && dice.chance(0.6)) return cancelOf(oneOf(dice, samplesOf("CANCEL")), message);
  return answer(device, message, dice);
}

const IN_DIALOG = ["BYE", "INFO", "INVITE", "REFER", "NOTIFY", "UPDATE", "PRACK", "MESSAGE", "SUBSCRIBE", "OPTIONS"];
const OUT_OF_DIALOG = [
  "INVITE",
  "INVITE",
  "INVITE",
  "MESSAGE",
  "OPTIONS",
  "SUBSCRIBE",
  "PUBLISH",
  "REFER",
  "NOTIFY",
  "NEWMETHOD",
];
const TO_INVITE = ["100", "180", "180", "180", "183", "200", "200", "200", "302", "401", "486", "487", "503", "603"];

/** What this phone has a reason to say just now. */
function sayable(device: Device, dice: Dice): string {
  const { asked, taken, dialogs, invites, challenged } = device;
  const kind = dice.between(1, 10);
  if (kind <= 5 && asked.length > 0) return answer(device, newest(dice, asked), dice);
  if (kind === 6 && taken.length > 0) return ackOf(device, oneOf(dice, samplesOf("ACK")), newest(dice, taken));
  if (kind <= 8 && dialogs.length > 0) {
    return inDialog(device, oneOf(dice, samplesOf(oneOf(dice, IN_DIALOG))), newest(dice, dialogs));
  }
  if (kind === 9 && invites.length > 0 && dice.chance(0.6))
    return cancelOf(oneOf(dice, samplesOf("CANCEL")), newest(dice, invites));
  if (challenged.length > 0 && dice.chance(device.user === undefined ? 0.2 : 0.7))
    return withCredentials(device, newest(dice, challenged));
  if (dice.chance(0.08)) return register(device, oneOf(dice, samplesOf("REGISTER")), oneOf(dice, [0, 60, 540]));
  const sample = oneOf(dice, samplesOf(oneOf(dice, OUT_OF_DIALOG)));
  return request(
    device,
    sample,
    targetOf(device, dice),
    dice.chance(0.1) ? { routes: [`<sip:${DOMAIN};transport=ws;lr>`] } : {},
  );
}

function targetOf(device: Device, dice: Dice): string {
  const known = device.dialogs.map(({ target }) => target).filter((target) => target.includes(";gr="));
  if (known.length > 0 && dice.chance(0.1)) return oneOf(dice, known);
  if (dice.chance(0.05))
    return oneOf(dice, [`sip:${DOMAIN}`, aorOf(device), "sip:1@pstn.example", "sip:x@elsewhere.example"]);
  return `sip:${oneOf(dice, callable)}@${DOMAIN}`;
}

function answer(device: Device, asked: SipRequest, dice: Dice): string {
  if (asked.method === "INVITE")
    return answerTo(device, oneOf(dice, samplesOf(`${oneOf(dice, TO_INVITE)} INVITE`)), asked);
  const own = samplesOf(asked.method === "REFER" ? "202 REFER" : `200 ${asked.method}`);
  return answerTo(device, oneOf(dice, own.length > 0 ? own : samplesOf("200 MESSAGE")), asked);
}

function isPlain({ name }: Sample): boolean {
  return name === "jssip-register" || name === "sipjs-register";
}

function oneOf<T>(dice: Dice, choices: readonly T[]): T {
  const chosen = choices[dice.between(0, Math.max(0, choices.length - 1))];
  if (chosen === undefined) throw new RangeError("nothing to choose from");
  return chosen;
}

/** Mostly what happened last. */
function newest<T>(dice: Dice, list: readonly T[]): T {
  return oneOf(dice, dice.chance(0.7) ? list.slice(-1) : list);
}

function titleIn(text: string): string {
  const message = readMessage(text);
  return message === undefined ? "noise" : titleOf(message);
}
