// Steps that many calls have in common.
import type { DeskPhone } from "./desk.ts";

/** Calls and is answered. Resolves when both sides have the call established and none of its messages is under way. */
export async function talk(caller: DeskPhone, callee: DeskPhone): Promise<void> {
  await ring(caller, callee);
  await callee.answer(caller.user);
  await Promise.all([caller.tells(`talks to ${callee.user}`), callee.tells(`talks to ${caller.user}`)]);
  await callee.gets("ACK");
}

/** Calls, and the other rings. */
export async function ring(caller: DeskPhone, callee: DeskPhone): Promise<void> {
  await caller.call(callee.user);
  await Promise.all([callee.tells(`${caller.user} calls`), caller.tells(`${callee.user} rings`)]);
}

/**
 * Puts the other on hold. A re-INVITE is over with its ACK: API Gateway does not order messages, so the next one could
 * overtake the ACK, and JsSIP then answers 403.
 */
export async function hold(one: DeskPhone, other: DeskPhone): Promise<void> {
  await one.hold(other.user);
  await Promise.all([other.tells(`${one.user} holds`), other.gets("ACK")]);
}

export async function resume(one: DeskPhone, other: DeskPhone): Promise<void> {
  await one.resume(other.user);
  await Promise.all([other.tells(`${one.user} resumes`), other.gets("ACK")]);
}

/** Whether RTP arrives at both sides. */
export async function hearEachOther(one: DeskPhone, other: DeskPhone): Promise<boolean> {
  const heard = await Promise.all([one.hears(other.user), other.hears(one.user)]);
  return heard.every(Boolean);
}

const MOST_PRESSES = 6;

/** The key that the other hears. On a busy machine a tone may be over before the other listens, so it is pressed again. */
export async function keyHeard(one: DeskPhone, other: DeskPhone, key: string): Promise<string | undefined> {
  for (let presses = 0; presses < MOST_PRESSES; presses += 1) {
    const [heard] = await Promise.all([other.keyHeardFrom(one.user), one.press(other.user, key, "rtp")]);
    if (heard !== undefined) return heard;
  }
  return undefined;
}
