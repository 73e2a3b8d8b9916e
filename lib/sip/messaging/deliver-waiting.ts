// A REGISTER of a user with waiting messages (RFC 3428 §7): the first that the device has not had on this connection goes to it,
// and each further one after the response to the one before. Of several devices that come back at once, one gets them.
import type { Send } from "../effect.ts";
import { LOOK_AGAIN_SECONDS, MESSAGE_PAGE, STORING_SECONDS } from "../policy/messages.ts";
import type { Change } from "../state/change.ts";
import { isLive } from "../state/live.ts";
import { type Binding, liveBindings, type Registration } from "../state/registration.ts";
import type { StoredMessage, WaitingMessages } from "../state/stored-message.ts";
import type { TimerRequest } from "../timer.ts";
import type { World } from "../world.ts";
import { answerTimer, copyFor, leasedTo, mayBeStoredYet, released } from "./delivery.ts";
import { idOf, isTaken, storedAt, triedOnKnown } from "./entry.ts";
import { nextDelivery } from "./next-delivery.ts";

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
 * @param bindings all after it, with those that ended just now
 * @param isUnsent an earlier decision about the REGISTER may have stored that the first one is sent, and did not send it
 */
export async function deliverWaiting(
  { aor, messages }: Registration,
  binding: Binding | undefined,
  bindings: readonly Binding[],
  world: World,
  isUnsent: boolean,
): Promise<Waiting> {
  const { now } = world;
  const none = { messages: messages === undefined ? {} : { messages }, changes: [], sends: [], timers: [] };
  if (messages === undefined || binding === undefined) return none;
  const holder = holderOf(messages, liveBindings({ bindings }, now), now);
  if (holder !== undefined && !(isUnsent && holder.flow === binding.flow)) return none;

  const { storedMessages: page } = await world.read({ storedMessages: [aor] });
  const isOver = (message: StoredMessage) => !isLive(message, now);
  const over = page.filter((one) => isOver(one) || isTaken(one.id, messages));
  const changes = over.map(({ id }): Change => ({ kind: "message gone", aor, id, isOver: true }));
  const left = triedOnKnown(entriesLeft(messages, page, now), bindings);
  const next = await nextDelivery({ aor, messages: left, page }, [binding], world);
  if (next !== undefined) {
    const leased = { messages: leasedTo(binding.flow, left, now) };
    return { messages: leased, changes, sends: [copyFor(next, world)], timers: [answerTimer(next.message)] };
  }
  const isStoring = mayBeStoredYet(messages, now);
  const isEmpty = page.every(isOver) && page.length < MESSAGE_PAGE; // one that was taken keeps its entry until it is gone
  return {
    ...none,
    messages: isEmpty && !isStoring ? {} : { messages: released(left) },
    changes,
    timers: isStoring ? [{ kind: "message", aor, delaySeconds: LOOK_AGAIN_SECONDS }] : [],
  };
}

/** The device that the messages are on their way to, if it is there. */
export function holderOf({ delivery }: WaitingMessages, live: readonly Binding[], now: number): Binding | undefined {
  return delivery === undefined || delivery.until <= now ? undefined : live.find(({ flow }) => flow === delivery.flow);
}

/** A page that is not full has every message: entries of others were delivered, unless they are being stored. */
function entriesLeft(messages: WaitingMessages, page: readonly StoredMessage[], now: number): WaitingMessages {
  if (page.length >= MESSAGE_PAGE) return messages;
  const ids = new Set(page.map(({ id }) => id));
  const isNew = (entry: string) => storedAt(entry) > now - STORING_SECONDS;
  const isLast = (at: number) => at === messages.entries.length - 1;
  const entries = messages.entries.filter((entry, at) => ids.has(idOf(entry)) || isNew(entry) || isLast(at));
  return { ...messages, entries };
}
