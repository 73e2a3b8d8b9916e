// The response of a device to a stored MESSAGE (RFC 3428 §7): after a 2xx the message is gone and the next one is sent.
import { nothing, type Outcome, type Send, type TimerRequest } from "../outcome.ts";
import { LEASE_SECONDS, MESSAGE_PAGE, MOST_IN_VAIN } from "../policy/messages.ts";
import { MAX_LINKS } from "../policy/platform.ts";
import { type Change, registrationChange } from "../state/change.ts";
import { type Binding, liveBindings, type Registration } from "../state/registration.ts";
import { registrationOf } from "../state/snapshot.ts";
import type { StoredMessage } from "../state/stored-message.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { World } from "../world.ts";
import {
  answerTimer,
  copyFor,
  type Delivery,
  firstLive,
  leasedTo,
  mayBeStoredYet,
  newestDevice,
  released,
} from "./delivery.ts";
import { idOf } from "./keep-message.ts";

/**
 * Refusals of this message, whichever device it goes to, as 6xx are: it is dropped, because it would keep all after it from being
 * delivered. After any other one it stays for another device or a later time.
 */
const REFUSES_MESSAGE = new Set([400, 413, 415, 416, 420, 488, 493]);

/** The device does not take any message, or takes none now. */
const AWAY = new Set([405, 480, 486, 501]);

function staysAfter(status: number): boolean {
  return status >= 300 && status < 600 && !AWAY.has(status) && !REFUSES_MESSAGE.has(status);
}

export async function deliveryAnswered(
  { aor, id }: Delivery,
  status: number,
  flow: FlowId,
  world: World,
): Promise<Outcome> {
  if (status < 200) return nothing("message-waits");
  const { now } = world;
  const snapshot = await world.read({ registrations: [aor], storedMessages: [aor] });
  const registration = registrationOf(snapshot, aor);
  const page = snapshot.storedMessages;
  if (!page.some((one) => one.id === id)) return nothing("response-forgotten");
  if (AWAY.has(status) || staysAfter(status)) {
    const { messages } = registration;
    if (messages?.delivery?.flow !== flow) return nothing("message-waits", String(status)); // they went on to another device
    if (staysAfter(status)) return sentInVain(registration, id, page, world);
    const away = { ...nothing("message-waits", String(status)), changes: releaseIn(registration, now) };
    return toAnotherDevice(registration, id, page, world) ?? away;
  }

  const gone: Change = { kind: "message gone", aor, id };
  const onward = onwardFrom(registration, id, page, flow, world);
  const code = status < 300 ? "message-delivered" : "message-refused";
  return {
    changes: [...onward.changes, gone],
    timers: onward.timers,
    effects: onward.sends,
    reason: { code, ...(status >= 300 && { detail: String(status) }) },
  };
}

/**
 * A message was sent to a device and stays. It goes to another device that is there; without one it waits for the next REGISTER,
 * but not without end: a phone that answers one message never, because it cannot read it, would get no other (RFC 3428 §8 sends
 * them one after the other).
 */
export function sentInVain(
  registration: Registration,
  id: string,
  page: readonly StoredMessage[],
  world: World,
): Outcome {
  const { messages, bindings, aor } = registration;
  if (messages?.delivery === undefined) return nothing("message-unanswered");
  const elsewhere = toAnotherDevice(registration, id, page, world);
  if (elsewhere !== undefined) return elsewhere;
  const times = messages.inVain?.id === id ? messages.inVain.times + 1 : 1;
  if (times < MOST_IN_VAIN) {
    const counted = { ...registration, messages: { ...released(messages), inVain: { id, times } } };
    return { ...nothing("message-unanswered"), changes: [registrationChange(counted, bindings, world.now)] };
  }
  const onward = onwardFrom(registration, id, page, messages.delivery.flow, world);
  return {
    changes: [...onward.changes, { kind: "message gone", aor, id }],
    timers: onward.timers,
    effects: onward.sends,
    reason: { code: "message-given-up" },
  };
}

/**
 * A device that registered while the messages were on their way to another one got none. Undefined if each has had them, or after
 * too many timers in a row.
 */
function toAnotherDevice(
  registration: Registration,
  id: string,
  page: readonly StoredMessage[],
  world: World,
): Outcome | undefined {
  const { messages, bindings } = registration;
  const message = page.find((one) => one.id === id);
  if (messages?.delivery === undefined || message === undefined || world.links >= MAX_LINKS) return undefined;
  const tried = [...(messages.delivery.tried ?? []), messages.delivery.flow];
  const binding = newestDevice(liveBindings(registration, world.now), tried);
  if (binding === undefined) return undefined;
  const leased = { ...registration, messages: leasedTo(binding.flow, messages, world.now, tried) };
  return {
    changes: [registrationChange(leased, bindings, world.now)],
    timers: [answerTimer(message)],
    effects: [copyFor(message, binding, world)],
    reason: { code: "message-repeated" },
  };
}

/** After a message that is gone: the next one, to the same device if it is still there. */
function onwardFrom(
  registration: Registration,
  id: string,
  page: readonly StoredMessage[],
  flow: FlowId,
  world: World,
): Onward {
  const rest = page.filter((one) => one.id !== id); // an earlier id too: the clocks of two processes may differ
  const next = firstLive(rest, world.now);
  const live = liveBindings(registration, world.now);
  const binding = live.find((one) => one.flow === flow) ?? newestDevice(live);
  if (next !== undefined && binding !== undefined) return goOn(registration, next, binding, world);
  return awaitNext(registration, id, page, world.now) ?? settle(registration, rest, page, world.now);
}

interface Onward {
  readonly changes: readonly Change[];
  readonly sends: readonly Send[];
  readonly timers: readonly TimerRequest[];
}

/** Extends the lease while many messages are delivered, so that another device that registers does not get them too. */
function goOn(registration: Registration, next: StoredMessage, binding: Binding, world: World): Onward {
  const { messages, bindings } = registration;
  const { flow } = binding;
  const isHeld = messages?.delivery?.flow === flow && messages.delivery.until > world.now + LEASE_SECONDS / 2;
  const leased = messages === undefined || isHeld ? undefined : leasedTo(flow, messages, world.now);
  return {
    changes:
      leased === undefined ? [] : [registrationChange({ ...registration, messages: leased }, bindings, world.now)],
    sends: [copyFor(next, binding, world)],
    timers: [answerTimer(next)],
  };
}

/** A message that was announced after this one is not there yet: it counts as sent, so its timer sends it. */
function awaitNext(
  { aor, messages }: Registration,
  id: string,
  page: readonly StoredMessage[],
  now: number,
): Onward | undefined {
  if (messages === undefined || !mayBeStoredYet(messages, now)) return undefined;
  const ids = messages.entries.map(idOf);
  const next = ids.slice(ids.indexOf(id) + 1).find((later) => !page.some((one) => one.id === later));
  return next === undefined ? undefined : { changes: [], sends: [], timers: [answerTimer({ aor, id: next })] };
}

/** The next REGISTER finds that no message is left. Only a long list of entries is worth a write now: it counts for the limit. */
function settle(
  { messages, ...registration }: Registration,
  rest: readonly StoredMessage[],
  page: readonly StoredMessage[],
  now: number,
): Onward {
  const isLast = rest.length === 0 && page.length < MESSAGE_PAGE;
  const isLong = messages !== undefined && messages.entries.length > MESSAGE_PAGE;
  const isSettled = isLast && isLong && !mayBeStoredYet(messages, now);
  return {
    changes: isSettled ? [registrationChange(registration, registration.bindings, now)] : [],
    sends: [],
    timers: [],
  };
}

/** The device does not get them any more; the next REGISTER of any device does. */
function releaseIn(registration: Registration, now: number): readonly Change[] {
  const { messages, bindings } = registration;
  if (messages?.delivery === undefined) return [];
  return [registrationChange({ ...registration, messages: released(messages) }, bindings, now)];
}
