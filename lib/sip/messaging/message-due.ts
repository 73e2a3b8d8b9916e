// The timer of stored messages (RFC 3428 §7, timer F of RFC 3261 §17.1.2.2): the copy that was sent has no response. It is
// sent once more, because the process that sent it may have ended before it did; after that the messages go to another device
// that is there, and without one they wait for the next REGISTER.
import { nothing, type Outcome } from "../outcome.ts";
import { CLOCK_SECONDS } from "../policy/calls.ts";
import { DELIVERY_SECONDS, LEASE_SECONDS, LOOK_AGAIN_SECONDS } from "../policy/messages.ts";
import { registrationChange } from "../state/change.ts";
import { liveBindings } from "../state/registration.ts";
import { registrationOf } from "../state/snapshot.ts";
import type { WaitingMessages } from "../state/stored-message.ts";
import type { Aor } from "../syntax/aor.ts";
import type { MessageTimer } from "../timer.ts";
import type { World } from "../world.ts";
import { holderOf } from "./deliver-waiting.ts";
import { leftUnanswered } from "./delivery-answered.ts";
import { answerTimer, copyFor, leasedTo, mayBeStoredYet } from "./delivery.ts";
import { isTriedOn } from "./entry.ts";
import { devicesFrom, nextDelivery, waitingMessage } from "./next-delivery.ts";

export async function messageDue({ aor, sent, isSecond }: MessageTimer, world: World): Promise<Outcome> {
  const { now } = world;
  const snapshot = await world.read({ registrations: [aor], storedMessages: [aor] });
  const registration = registrationOf(snapshot, aor);
  const { messages, bindings } = registration;
  const page = snapshot.storedMessages;
  const isAnswered = sent !== undefined && (await waitingMessage(sent, { aor, page }, world)) === undefined;
  if (messages === undefined || isAnswered) return nothing("timer-after-end");

  const live = liveBindings(registration, now);
  const holder = holderOf(messages, live, now);
  if (holder !== undefined && (sent === undefined || isJustSent(messages, now))) return nothing("message-waits");
  const leased = messages.delivery?.flow;
  const isPassed = sent !== undefined && leased !== undefined && isTriedOn(leased, sent, messages);
  if (isPassed) return nothing("timer-after-end"); // the device has refused it
  if (isSecond === true && sent !== undefined) return leftUnanswered(registration, sent, page, world);
  const devices = holder === undefined ? devicesFrom(undefined, live) : [holder];
  const next = await nextDelivery({ aor, messages, page }, devices, world);
  if (next === undefined) {
    const isAwaited = sent === undefined && mayBeStoredYet(messages, now);
    return isAwaited ? lookAgain(aor) : nothing("message-waits");
  }
  return {
    changes: [
      registrationChange({ ...registration, messages: leasedTo(next.binding.flow, messages, now) }, bindings, now),
    ],
    timers: [{ ...answerTimer(next.message), ...(sent !== undefined && { isSecond: true }) }],
    effects: [copyFor(next, world)],
    reason: { code: "message-repeated" },
  };
}

/** The queue may deliver a timer twice, and each copy has a timer of its own. */
function isJustSent({ delivery }: WaitingMessages, now: number): boolean {
  return delivery !== undefined && delivery.until - LEASE_SECONDS > now - DELIVERY_SECONDS + CLOCK_SECONDS;
}

/** A message was announced and is not there. */
function lookAgain(aor: Aor): Outcome {
  return { ...nothing("message-waits"), timers: [{ kind: "message", aor, delaySeconds: LOOK_AGAIN_SECONDS }] };
}
