// A REGISTER of a user with waiting messages (RFC 3428 §7): the first of them goes to the device, and each further one after the
// response to the one before. Of several devices that come back at once, one gets them.
import type { Send, TimerRequest } from "../outcome.ts";
import { LOOK_AGAIN_SECONDS, MESSAGE_PAGE } from "../policy/messages.ts";
import type { Change } from "../state/change.ts";
import type { Binding, Registration } from "../state/registration.ts";
import type { StoredMessage, WaitingMessages } from "../state/stored-message.ts";
import type { World } from "../world.ts";
import { answerTimer, copyFor, firstLive, leasedTo, mayBeStoredYet } from "./delivery.ts";
import { idOf } from "./keep-message.ts";

/** The waiting messages as the registration has them from now on, and the effects of the REGISTER. */
export interface Waiting {
  readonly messages: Pick<Registration, "messages">;
  readonly changes: readonly Change[];
  readonly sends: readonly Send[];
  readonly timers: readonly TimerRequest[];
}

/**
 * Costs nothing where no message waits, and a query where some do.
 * @param binding of the REGISTER, if it made or refreshed one
 * @param live all bindings after it
 * @param isUnsent an earlier decision about the REGISTER may have stored that the first one is sent, and did not send it
 */
export async function deliverWaiting(
  { aor, messages }: Registration,
  binding: Binding | undefined,
  live: readonly Binding[],
  world: World,
  isUnsent: boolean,
): Promise<Waiting> {
  const { now } = world;
  const none = { messages: messages === undefined ? {} : { messages }, changes: [], sends: [], timers: [] };
  if (messages === undefined || binding === undefined) return none;
  const holder = holderOf(messages, live, now);
  if (holder !== undefined && !(isUnsent && holder.flow === binding.flow)) return none;

  const { storedMessages: page } = await world.read({ storedMessages: [aor] });
  const first = firstLive(page, now);
  const over = page.filter(({ expiresAt }) => expiresAt <= now);
  const changes = over.map(({ id }): Change => ({ kind: "message gone", aor, id, isOver: true }));
  const left = entriesLeft(messages, page);
  if (first !== undefined) {
    const leased = { messages: leasedTo(binding.flow, left, now) };
    return { messages: leased, changes, sends: [copyFor(first, binding, world)], timers: [answerTimer(first)] };
  }
  if (page.length < MESSAGE_PAGE && !mayBeStoredYet(messages, now)) return { ...none, messages: {}, changes };
  return {
    ...none,
    messages: { messages: left },
    changes,
    timers: [{ kind: "message", aor, delaySeconds: LOOK_AGAIN_SECONDS }],
  };
}

/** The device that the messages are on their way to, if it is there. */
export function holderOf({ delivery }: WaitingMessages, live: readonly Binding[], now: number): Binding | undefined {
  return delivery === undefined || delivery.until <= now ? undefined : live.find(({ flow }) => flow === delivery.flow);
}

/** A page that is not full has every message: entries of others were delivered, unless they are being stored. */
function entriesLeft(messages: WaitingMessages, page: readonly StoredMessage[]): WaitingMessages {
  if (page.length >= MESSAGE_PAGE) return messages;
  const ids = new Set(page.map(({ id }) => id));
  const entries = messages.entries.filter((entry, at) => ids.has(idOf(entry)) || at === messages.entries.length - 1);
  return { ...messages, entries };
}
