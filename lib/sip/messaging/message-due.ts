// The timer of stored messages (RFC 3428 §7, timer F of RFC 3261 §17.1.2.2): the copy that was sent has no response. It is
// sent once more, because the process that sent it may have ended before it did; after that the messages go to another device
// that is there, and without one they wait for the next REGISTER.
import { type MessageTimer, nothing, type Outcome } from "../outcome.ts";
import { CLOCK_SECONDS } from "../policy/calls.ts";
import { DELIVERY_SECONDS, LEASE_SECONDS, LOOK_AGAIN_SECONDS } from "../policy/messages.ts";
import { registrationChange } from "../state/change.ts";
import { liveBindings } from "../state/registration.ts";
import { registrationOf } from "../state/snapshot.ts";
import type { WaitingMessages } from "../state/stored-message.ts";
import type { Aor } from "../syntax/aor.ts";
import type { World } from "../world.ts";
import { holderOf } from "./deliver-waiting.ts";
import { sentInVain } from "./delivery-answered.ts";
import { answerTimer, copyFor, firstLive, leasedTo, mayBeStoredYet, newestDevice } from "./delivery.ts";

export async function messageDue({ aor, sent, isSecond }: MessageTimer, world: World): Promise<Outcome> {
  const { now } = world;
  const snapshot = await world.read({ registrations: [aor], storedMessages: [aor] });
  const registration = registrationOf(snapshot, aor);
  const { messages, bindings } = registration;
  const first = firstLive(snapshot.storedMessages, now);
  const isAnswered = sent !== undefined && !snapshot.storedMessages.some(({ id }) => id === sent);
  if (messages === undefined || isAnswered) return nothing("timer-after-end");
  if (first === undefined)
    return sent === undefined && mayBeStoredYet(messages, now) ? lookAgain(aor) : nothing("timer-after-end");

  const live = liveBindings(registration, now);
  const holder = holderOf(messages, live, now);
  if (holder !== undefined && (sent === undefined || isJustSent(messages, now))) return nothing("message-waits");
  if (isSecond === true) return sentInVain(registration, first.id, snapshot.storedMessages, world);
  const tried = messages.delivery?.tried;
  const binding = holder ?? newestDevice(live, tried);
  if (binding === undefined) return nothing("message-waits");
  const leased = { ...registration, messages: leasedTo(binding.flow, messages, now, tried) };
  return {
    changes: [registrationChange(leased, bindings, now)],
    timers: [{ ...answerTimer(first), ...(sent !== undefined && { isSecond: true }) }],
    effects: [copyFor(first, binding, world)],
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
