// The message that goes out next (RFC 3428 §7): the first that one of the devices has not refused or left without answer on its
// connection. Those that all have are passed over, so that they keep none behind them back, and so are those that were taken.
import { MESSAGE_PAGE } from "../policy/messages.ts";
import { type Binding, newestOfEach } from "../state/registration.ts";
import type { StoredMessage, WaitingMessages } from "../state/stored-message.ts";
import type { Aor } from "../syntax/aor.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { World } from "../world.ts";
import { idOf, isTaken, isTriedOn } from "./entry.ts";

export interface NextDelivery {
  readonly message: StoredMessage;
  readonly binding: Binding;
}

/** The messages of a receiver, and the oldest of them. */
export interface Mailbox {
  readonly aor: Aor;
  readonly messages: WaitingMessages | undefined;
  /** The first `MESSAGE_PAGE`, in order. */
  readonly page: readonly StoredMessage[];
}

/**
 * Reads a further page only if the first is full of messages that are passed over.
 * @param devices the preferred one first
 * @param delivered id of a message of the page that is gone
 */
export async function nextDelivery(
  { aor, messages, page: first }: Mailbox,
  devices: readonly Binding[],
  world: Pick<World, "read" | "now">,
  delivered?: string,
): Promise<NextDelivery | undefined> {
  const deviceFor = (id: string) =>
    isTaken(id, messages) ? undefined : devices.find(({ flow }) => !isTriedOn(flow, id, messages));
  const ids = (messages?.entries ?? []).map(idOf).toSorted();
  for (let page = first; ; ) {
    const next = inPage(page);
    const last = page.at(-1)?.id;
    if (next !== undefined || last === undefined || page.length < MESSAGE_PAGE) return next;
    const from = ids.find((id) => id > last && deviceFor(id) !== undefined);
    if (from === undefined) return undefined;
    page = await pageFrom(aor, from, world);
  }

  function inPage(page: readonly StoredMessage[]): NextDelivery | undefined {
    for (const message of page) {
      if (message.expiresAt <= world.now || message.id === delivered) continue; // RFC 3428 §4
      const binding = deviceFor(message.id);
      if (binding !== undefined) return { message, binding };
    }
    return undefined;
  }
}

/** The message with this id, if it still waits. */
export async function waitingMessage(
  id: string,
  { aor, page }: Pick<Mailbox, "aor" | "page">,
  world: Pick<World, "read">,
): Promise<StoredMessage | undefined> {
  const found = page.find((one) => one.id === id);
  const last = page.at(-1)?.id ?? id;
  if (found !== undefined || page.length < MESSAGE_PAGE || id < last) return found;
  return (await pageFrom(aor, id, world)).find((one) => one.id === id);
}

async function pageFrom(aor: Aor, id: string, { read }: Pick<World, "read">): Promise<readonly StoredMessage[]> {
  return (await read({ storedMessages: [`${aor}\n${id}`] })).storedMessages;
}

/** The device on this connection, and then the others, the last that registered first. */
export function devicesFrom(flow: FlowId | undefined, live: readonly Binding[]): readonly Binding[] {
  const newest = newestOfEach(live).toSorted((a, b) => b.registeredAt - a.registeredAt);
  const own = live.filter((one) => one.flow === flow);
  return [...own, ...newest.filter((one) => one.flow !== flow)];
}
