// The next message of a device: a right one for a phone, or one that a thief makes from the messages of others.
import { readMessage, type SipRequest } from "../conformance/sip/message.ts";
import type { Dice } from "../simulation/core/dice.ts";
import { newest, oneOf } from "./choose.ts";
import { ackOf, answerTo, cancelOf, inDialog, register, request, withCredentials } from "./compose.ts";
import { samplesOf } from "./corpus.ts";
import { aorOf, type Device } from "./device.ts";
import { callable, DOMAIN } from "./domain.ts";
import type { Loot } from "./loot.ts";

/** A stolen message, one that follows from it, or one from the corpus. */
export function theft(device: Device, dice: Dice, pool: Loot): string {
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

/** The messages that are right for this phone in its present state. */
export function sayable(device: Device, dice: Dice): string {
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
