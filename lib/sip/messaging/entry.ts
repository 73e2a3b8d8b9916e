// An entry of the messages that wait (RFC 3428 §7), in the registration of their receiver: the id of one, the mark of its
// sender, and the marks of the connections on which it was refused or left without answer. Each is sent once on a connection.
// One that a device has taken is marked, too, wherever the registration is written before the message is removed.
import type { Binding } from "../state/registration.ts";
import type { WaitingMessages } from "../state/stored-message.ts";
import { hashOf } from "../tokens/hash.ts";
import type { FlowId } from "../transport/endpoint.ts";

export function entryOf(id: string, sender: string): string {
  return `${id} ${sender}`;
}

export function idOf(entry: string): string {
  return entry.split(" ")[0] ?? "";
}

export function senderMarkOf(entry: string): string | undefined {
  return entry.split(" ")[1];
}

/** Epoch seconds. @param entry one, or its id */
export function storedAt(entry: string): number {
  return Number.parseInt(entry.slice(0, 8), 36);
}

/** Whether the message came to nothing on this connection. */
export function isTriedOn(flow: FlowId, id: string, messages: WaitingMessages | undefined): boolean {
  const entry = messages?.entries.find((one) => idOf(one) === id);
  return entry !== undefined && marksOf(entry).includes(markOf(flow));
}

export function withTried(messages: WaitingMessages, ids: readonly string[], flow: FlowId): WaitingMessages {
  return withMark(messages, ids, markOf(flow));
}

/** Whether a 2xx to the message was stored: its row is about to be removed, or the process that had to do so has ended. */
export function isTaken(id: string, messages: WaitingMessages | undefined): boolean {
  const entry = messages?.entries.find((one) => idOf(one) === id);
  return entry !== undefined && marksOf(entry).includes(TAKEN);
}

export function withTaken(messages: WaitingMessages, id: string): WaitingMessages {
  return withMark(messages, [id], TAKEN);
}

/** A message without an entry gets one: a process that counted it as delivered may have dropped it. */
function withMark(messages: WaitingMessages, ids: readonly string[], mark: string): WaitingMessages {
  const known = new Set(messages.entries.map(idOf));
  const missing = ids.filter((id) => !known.has(id)).map((id) => entryOf(id, NO_SENDER));
  const entries = [...messages.entries, ...missing].map((entry) =>
    ids.includes(idOf(entry)) && !marksOf(entry).includes(mark) ? `${entry} ${mark}` : entry,
  );
  return { ...messages, entries };
}

/**
 * Without the marks of connections that no binding is left of: a device that comes back gets the messages again.
 * @param bindings with those that ended just now: a REGISTER after a lost one goes on with the connection
 */
export function triedOnKnown(messages: WaitingMessages, bindings: readonly Binding[]): WaitingMessages {
  const marks = new Set([TAKEN, ...bindings.map(({ flow }) => markOf(flow))]);
  const entries = messages.entries.map((entry) => {
    const [id = "", sender = "", ...tried] = entry.split(" ");
    return [id, sender, ...tried.filter((mark) => marks.has(mark))].join(" ");
  });
  return { ...messages, entries };
}

const NO_SENDER = "-";

/** Shorter than the mark of a connection. */
const TAKEN = "2xx";

function marksOf(entry: string): readonly string[] {
  return entry.split(" ").slice(2);
}

/** The entries are in a row that every call to the user reads, and there may be many. */
function markOf(flow: FlowId): string {
  return hashOf([flow], 6);
}
