// The messages that wait for one receiver, in the order in which they are delivered.
import { MESSAGE_PAGE } from "../../sip/policy/messages.ts";
import type { StoredMessage } from "../../sip/state/stored-message.ts";
import type { Rows, Write } from "./record.ts";

export const putMessage: Write<"message"> = ({ storedMessages }, { message }) => {
  storedMessages.set(keyOf(message), message);
  return "committed";
};

export const removeMessage: Write<"message gone"> = ({ storedMessages }, gone) =>
  storedMessages.delete(keyOf(gone)) || gone.isOver ? "committed" : "conflict";

/** @param key see `Records.storedMessages` */
export function firstMessages({ storedMessages }: Rows, key: string): readonly StoredMessage[] {
  const [aor, from = ""] = key.split("\n");
  return [...storedMessages.values()]
    .filter((message) => message.aor === aor && message.id >= from)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, MESSAGE_PAGE);
}

function keyOf({ aor, id }: Pick<StoredMessage, "aor" | "id">): string {
  return `${aor}\n${id}`;
}
