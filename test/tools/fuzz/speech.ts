// The next message of a device: a right one for a phone, or one that an attacker makes from the messages of others.
import type { SipRequest } from "../conformance/sip/message.ts";
import type { Random } from "../simulation/core/random.ts";
import { newest, oneOf } from "./choose.ts";
import { ackOf, answerTo, cancelOf, inDialog, register, request, withCredentials } from "./compose.ts";
import { samplesOf } from "./corpus.ts";
import { aorOf, type Device } from "./device.ts";
import { callable, DOMAIN } from "./domain.ts";
import type { Overheard } from "./overheard.ts";
import { readOnce } from "./read-once.ts";

/** A stolen message, one that follows from it, or one from the corpus. */
export function forgery(device: Device, random: Random, pool: Overheard): string {
  if (random.chance(0.2)) return pool.stored(random);
  const text = random.chance(0.2) ? pool.call(random) : pool.heard(random);
  const message = readOnce(text);
  if (message === undefined || random.chance(0.4)) return text;
  if (message.kind === "response") return ackOf(device, oneOf(random, samplesOf("BYE")), message);
  if (message.method === "INVITE" && random.chance(0.6)) return cancelOf(oneOf(random, samplesOf("CANCEL")), message);
  return answer(device, message, random);
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
export function sayable(device: Device, random: Random): string {
  const { asked, taken, dialogs, invites, challenged } = device;
  const kind = random.between(1, 10);
  if (kind <= 5 && asked.length > 0) return answer(device, newest(random, asked), random);
  if (kind === 6 && taken.length > 0) return ackOf(device, oneOf(random, samplesOf("ACK")), newest(random, taken));
  if (kind <= 8 && dialogs.length > 0) {
    return inDialog(device, oneOf(random, samplesOf(oneOf(random, IN_DIALOG))), newest(random, dialogs));
  }
  if (kind === 9 && invites.length > 0 && random.chance(0.6))
    return cancelOf(oneOf(random, samplesOf("CANCEL")), newest(random, invites));
  if (challenged.length > 0 && random.chance(device.user === undefined ? 0.2 : 0.7))
    return withCredentials(device, newest(random, challenged));
  if (random.chance(0.08)) return register(device, oneOf(random, samplesOf("REGISTER")), oneOf(random, [0, 60, 540]));
  const sample = oneOf(random, samplesOf(oneOf(random, OUT_OF_DIALOG)));
  return request(
    device,
    sample,
    targetOf(device, random),
    random.chance(0.1) ? { routes: [`<sip:${DOMAIN};transport=ws;lr>`] } : {},
  );
}

function targetOf(device: Device, random: Random): string {
  const known = device.dialogs.map(({ target }) => target).filter((target) => target.includes(";gr="));
  if (known.length > 0 && random.chance(0.1)) return oneOf(random, known);
  if (random.chance(0.05))
    return oneOf(random, [`sip:${DOMAIN}`, aorOf(device), "sip:1@pstn.example", "sip:x@elsewhere.example"]);
  return `sip:${oneOf(random, callable)}@${DOMAIN}`;
}

function answer(device: Device, asked: SipRequest, random: Random): string {
  if (asked.method === "INVITE")
    return answerTo(device, oneOf(random, samplesOf(`${oneOf(random, TO_INVITE)} INVITE`)), asked);
  const own = samplesOf(asked.method === "REFER" ? "202 REFER" : `200 ${asked.method}`);
  return answerTo(device, oneOf(random, own.length > 0 ? own : samplesOf("200 MESSAGE")), asked);
}
