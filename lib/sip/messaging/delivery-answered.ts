// The response of a device to a stored MESSAGE (RFC 3428 §7): after a 2xx the message is gone, and after any other final one it
// stays for another device or another connection. The next one is sent in either case.
import type { Send } from "../effect.ts";
import { nothing, type Outcome } from "../outcome.ts";
import { LEASE_SECONDS, LOOK_AGAIN_SECONDS, MESSAGE_PAGE } from "../policy/messages.ts";
import { type Change, registrationChange } from "../state/change.ts";
import { liveBindings, type Registration } from "../state/registration.ts";
import { registrationOf } from "../state/snapshot.ts";
import type { StoredMessage } from "../state/stored-message.ts";
import type { TimerRequest } from "../timer.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { World } from "../world.ts";
import { answerTimer, copyFor, type Delivery, leasedTo, mayBeStoredYet, released } from "./delivery.ts";
import { idOf, isTriedOn, withTaken, withTried } from "./entry.ts";
import { devicesFrom, nextDelivery, type NextDelivery, waitingMessage } from "./next-delivery.ts";

/** The device knows no MESSAGE (RFC 3261 §21.4.6, §21.5.2): on this connection it gets no other one either. */
const TAKES_NONE = new Set([405, 501]);

export async function deliveryAnswered(
  { aor, id }: Delivery,
  status: number,
  flow: FlowId,
  world: World,
): Promise<Outcome> {
  if (status < 200) return nothing("message-waits");
  const snapshot = await world.read({ registrations: [aor], storedMessages: [aor] });
  const registration = registrationOf(snapshot, aor);
  const page = snapshot.storedMessages;
  if ((await waitingMessage(id, { aor, page }, world)) === undefined) return nothing("response-forgotten");
  const sent = { registration, page, id, flow };
  if (status >= 300) return refused(sent, status, world);

  const onward = await onwardFrom(sent, world);
  return {
    changes: [...onward.changes, { kind: "message gone", aor, id }],
    timers: onward.timers,
    effects: onward.sends,
    reason: { code: "message-delivered" },
  };
}

/** A message that was sent to a device, with the registration and the other messages of its receiver. */
interface Sent {
  readonly registration: Registration;
  /** The oldest messages. */
  readonly page: readonly StoredMessage[];
  readonly id: string;
  readonly flow: FlowId;
}

/**
 * Any status: the same one means this message at one phone and this moment at another (JsSIP refuses with 480 unless its page
 * says otherwise), and the next message finds out.
 */
async function refused(sent: Sent, status: number, world: World): Promise<Outcome> {
  const { registration, id, flow } = sent;
  const { messages, bindings } = registration;
  const detail = String(status);
  if (messages === undefined || isTriedOn(flow, id, messages)) return nothing("message-waits", detail);
  if (messages.delivery?.flow !== flow) {
    // They went on to another device.
    const late = { ...registration, messages: withTried(messages, [id], flow) };
    return { ...nothing("message-waits", detail), changes: [registrationChange(late, bindings, world.now)] };
  }
  const ids = TAKES_NONE.has(status) ? [...messages.entries.map(idOf), id] : [id];
  const onward = await pastTried(sent, ids, world);
  return { ...onward, reason: { code: "message-refused", detail } };
}

/**
 * A message was sent to a device, which is silent: its connection may be dead and look alive. The message goes to another device
 * that is there, and so do those behind it; without one they wait for the next REGISTER.
 */
export async function leftUnanswered(
  registration: Registration,
  id: string,
  page: readonly StoredMessage[],
  world: World,
): Promise<Outcome> {
  const flow = registration.messages?.delivery?.flow;
  if (flow === undefined) return nothing("message-unanswered");
  const onward = await pastTried({ registration, page, id, flow }, [id], world, true);
  const code = onward.effects.length > 0 ? "message-repeated" : "message-unanswered";
  return { ...onward, reason: { code } };
}

/** These messages came to nothing on this connection. The next one goes out, or they wait for a REGISTER. */
async function pastTried(
  { registration, page, flow }: Sent,
  ids: readonly string[],
  world: World,
  isSilent = false,
): Promise<Outcome> {
  const { aor, bindings } = registration;
  const { now } = world;
  if (registration.messages === undefined) return nothing("message-waits");
  const messages = withTried(registration.messages, ids, flow);
  const live = devicesFrom(flow, liveBindings(registration, now)).filter((one) => !(isSilent && one.flow === flow));
  const isChainLong = world.links >= world.platform.mostLinks;
  const next = isChainLong ? undefined : await nextDelivery({ aor, messages, page }, live, world);
  const waiting = next === undefined ? released(messages) : leasedTo(next.binding.flow, messages, now);
  const changes = [registrationChange({ ...registration, messages: waiting }, bindings, now)];
  if (next !== undefined) return { changes, timers: [answerTimer(next.message)], effects: [copyFor(next, world)] };
  const isLooked = mayBeStoredYet(messages, now) && live.length > 0 && !isChainLong;
  return {
    changes,
    timers: isLooked ? [{ kind: "message", aor, delaySeconds: LOOK_AGAIN_SECONDS }] : [],
    effects: [],
  };
}

interface Onward {
  readonly changes: readonly Change[];
  readonly sends: readonly Send[];
  readonly timers: readonly TimerRequest[];
}

/** After a message that is gone: the next one, to the same device if it is still there. */
async function onwardFrom({ registration, id, page, flow }: Sent, world: World): Promise<Onward> {
  const { aor, messages } = registration;
  const live = devicesFrom(flow, liveBindings(registration, world.now));
  const next = await nextDelivery({ aor, messages, page }, live, world, id);
  if (next !== undefined) return goOn(registration, id, next, world);
  const timers = awaitNext(registration, id, page, world.now);
  return { changes: settle(registration, id, page, world.now), sends: [], timers };
}

/** Extends the lease while many messages are delivered, so that another device that registers does not get them too. */
function goOn(registration: Registration, id: string, next: NextDelivery, world: World): Onward {
  const { messages, bindings } = registration;
  const { flow } = next.binding;
  const isHeld = messages?.delivery?.flow === flow && messages.delivery.until > world.now + LEASE_SECONDS / 2;
  const leased = messages === undefined || isHeld ? undefined : leasedTo(flow, withTaken(messages, id), world.now);
  return {
    changes:
      leased === undefined ? [] : [registrationChange({ ...registration, messages: leased }, bindings, world.now)],
    sends: [copyFor(next, world)],
    timers: [answerTimer(next.message)],
  };
}

/** A message that was announced after this one is not there yet: it counts as sent, so its timer sends it. */
function awaitNext(
  { aor, messages }: Registration,
  id: string,
  page: readonly StoredMessage[],
  now: number,
): readonly TimerRequest[] {
  if (messages === undefined || !mayBeStoredYet(messages, now)) return [];
  const ids = messages.entries.map(idOf);
  const next = ids.slice(ids.indexOf(id) + 1).find((later) => !page.some((one) => one.id === later));
  return next === undefined ? [] : [answerTimer({ aor, id: next })];
}

/**
 * The next REGISTER finds that no message is left: only a long list of entries is worth a write now, because it counts for the
 * limit. Where messages are left that all devices have been sent, no device holds them any more: the next one that registers
 * gets them. It may come before the message that was taken is removed, or the process may end before that, so the message is
 * marked in the same write.
 */
function settle(
  registration: Registration,
  id: string,
  page: readonly StoredMessage[],
  now: number,
): readonly Change[] {
  if (registration.messages === undefined) return [];
  const messages = withTaken(registration.messages, id);
  const isLast = page.length < MESSAGE_PAGE && page.every((one) => one.id === id);
  const isSettled = isLast && messages.entries.length > MESSAGE_PAGE && !mayBeStoredYet(messages, now);
  const isReleased = !isLast && messages.delivery !== undefined;
  if (!isSettled && !isReleased) return [];
  const entries = isSettled ? messages.entries.filter((entry) => idOf(entry) === id) : messages.entries;
  const left = { ...registration, messages: { ...released(messages), entries } };
  return [registrationChange(left, registration.bindings, now)];
}
