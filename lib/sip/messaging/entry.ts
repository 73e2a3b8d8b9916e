// An entry of the messages that wait (RFC 3428 §7), in the registration of their receiver: the id of one, the mark of its
// sender, and the marks of the connections on which it was refused or left without answer. Each is sent once on a connection.
import { hash } from "node:crypto";
import type { Binding } from "../state/registration.ts";
import type { WaitingMessages } from "../state/stored-message.ts";
import type { FlowId } from "../transport/endpoint.ts";

export function entryOf(id: string, sender: string): string {
  return `${id} ${sender}`;
}

export function idOf(entry: string): string {
  return entry.split(" ")[0] ?? "";
}

export function senderOf(entry: string): string | undefined {
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

/** A message without an entry gets one: a process that counted it as delivered may have dropped it. */
export function withTried(messages: WaitingMessages, ids: readonly string[], flow: FlowId): WaitingMessages {
  const known = new Set(messages.entries.map(idOf));
  const missing = ids.filter((id) => !known.has(id)).map((id) => entryOf(id, NO_SENDER));
  const mark = markOf(flow);
  const entries = [...messages.entries, ...missing].map((entry) =>
    ids.includes(idOf(entry)) && !marksOf(entry).includes(mark) ? `${entry} ${mark}` : entry,
  );
  return { ...messages, entries };
}

/** Without the marks of connections that have ended: a device that comes back gets the messages again. */
export function triedOnLive(messages: WaitingMessages, live: readonly Binding[]): WaitingMessages {
  const marks = new Set(live.map(({ flow }) => markOf(flow)));
  const entries = messages.entries.map((entry) => {
    const [id = "", sender = "", ...tried] = entry.split(" ");
    return [id, sender, ...tried.filter((mark) => marks.has(mark))].join(" ");
  });
  return { ...messages, entries };
}

const NO_SENDER = "-";

function marksOf(entry: string): readonly string[] {
  return entry.split(" ").slice(2);
}

/** The entries are in a row that every call to the user reads, and there may be many. */
function markOf(flow: FlowId): string {
  return hash("sha256", flow, "base64url").slice(0, 6);
}
