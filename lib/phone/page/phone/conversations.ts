// Texts, sorted by the peer they are exchanged with; the newest conversation first.
import type { Line } from "../sip/line.ts";
import { textReason } from "../sip/reasons.ts";
import { type Peer, shortened } from "../sip/address.ts";
import { bounded, type Conversation, type Text } from "../state/memory.ts";
import type { PhoneState, Tell } from "../state/state.ts";
import type { Store } from "../state/store.ts";
import { addressProblem } from "./address-problem.ts";

export interface Conversations {
  /** Opens the conversation with a peer, or shows the list. */
  readonly open: (address: string | undefined) => void;
  readonly write: (target: string, text: string) => Promise<void>;
  /** Sends a text again that did not arrive. */
  readonly again: (address: string, id: number) => Promise<void>;
  readonly reads: (peer: Peer, text: string, at: number) => void;
  /** The phone of the peer has got the text with this key, which was waiting. */
  readonly delivered: (address: string, key: string) => void;
}

export function createConversations(
  store: Store<PhoneState>,
  line: () => Pick<Line, "write"> | undefined,
  tell: Tell,
): Conversations {
  const lasts = new Map<string, Promise<unknown>>();
  const find = (address: string) => store.state.conversations.find((one) => one.address === address);
  const put = (conversation: Conversation) => {
    const others = store.state.conversations.filter(({ address }) => address !== conversation.address);
    store.set(bounded({ ...store.state, conversations: [conversation, ...others] }));
  };
  const add = (peer: Peer, text: Omit<Text, "id">, isUnread: boolean): number => {
    const { texts, unread } = find(peer.address) ?? { texts: [], unread: 0 };
    const id = (texts.at(-1)?.id ?? 0) + 1;
    put({ ...peer, unread: isUnread ? unread + 1 : unread, texts: [...texts, { ...text, id }] });
    return id;
  };
  const mark = (address: string, id: number, change: Pick<Text, "state" | "key">) => {
    const conversations = store.state.conversations.map((one) =>
      one.address === address
        ? { ...one, texts: one.texts.map((text) => (text.id === id ? { ...text, ...change } : text)) }
        : one,
    );
    store.set({ conversations });
  };
  /** The notification may come before the response. */
  const isDelivered = (address: string, id: number) =>
    find(address)?.texts.find((text) => text.id === id)?.state === "done";
  const isOpen = (address: string) => store.state.conversation === address && store.state.tab === "texts";
  /** The server does not keep the order of messages, so each text to a peer waits for the response to the one before. */
  const inOrder = (address: string, write: () => Promise<number> | undefined) => {
    const before = lasts.get(address) ?? Promise.resolve();
    const written = before.then(write, write);
    lasts.set(address, written);
    return written;
  };
  const send = async (address: string, id: number, text: string) => {
    const key = crypto.randomUUID();
    mark(address, id, { state: "sending", key });
    const status = await inOrder(address, () => line()?.write(address, text, key));
    const state = stateAfter(status);
    if (!isDelivered(address, id)) mark(address, id, { state });
    if (state === "failed") tell(textReason(address, status ?? 0));
  };

  return {
    open: (address) => {
      store.set({ tab: "texts", conversation: address });
      const conversation = address === undefined ? undefined : find(address);
      if (conversation === undefined || conversation.unread === 0) return;
      store.set({
        conversations: store.state.conversations.map((one) => (one === conversation ? { ...one, unread: 0 } : one)),
      });
    },
    write: async (target, text) => {
      tell(undefined);
      const address = shortened(target, store.state.domain);
      const name = find(address)?.name ?? address;
      const id = add({ name, address }, { own: true, text, state: "sending", at: Date.now() }, false);
      store.set({ conversation: address });
      try {
        await send(address, id, text);
      } catch (error) {
        mark(address, id, { state: "failed" });
        tell(addressProblem(target, store.state.domain, error));
      }
    },
    again: async (address, id) => {
      tell(undefined);
      const text = find(address)?.texts.find((one) => one.id === id);
      if (text) await send(address, id, text.text);
    },
    reads: (peer, text, at) =>
      void add(peer, { own: false, text, state: "done", at }, !isOpen(peer.address) || document.hidden),
    delivered: (address, key) => {
      const text = find(address)?.texts.find((one) => one.key === key);
      if (text) mark(address, text.id, { state: "done" });
    },
  };
}

/** 202: the server keeps the text until a phone of its receiver is back (RFC 3428 §7). Without a line a text is not sent. */
function stateAfter(status: number | undefined): Text["state"] {
  if (status === 202) return "waiting";
  return status !== undefined && status >= 200 && status < 300 ? "done" : "failed";
}
