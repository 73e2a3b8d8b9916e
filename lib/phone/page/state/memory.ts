// The memory of the page over a reload, in localStorage, apart for each account.
import type { Outcome } from "../sip/call-state.ts";
import type { DeviceChoice } from "../media/capture.ts";

/** A call that has ended. */
export interface Recent {
  readonly name: string;
  readonly address: string;
  readonly incoming: boolean;
  readonly video: boolean;
  readonly outcome: Outcome;
  /** Why it failed. */
  readonly words?: string;
  /** Milliseconds of the epoch. */
  readonly at: number;
  readonly seconds: number;
}

export interface Text {
  readonly id: number;
  readonly own: boolean;
  readonly text: string;
  readonly at: number;
  readonly state: "sending" | "waiting" | "done" | "failed";
  /** Its Call-ID, by which the receiver says that it has come. Missing in one of a peer. */
  readonly key?: string;
}

export interface Conversation {
  readonly name: string;
  readonly address: string;
  readonly unread: number;
  readonly texts: readonly Text[];
}

/** A person that the user has put on the list. */
export interface Contact {
  readonly name: string;
  readonly address: string;
}

export interface Settings extends DeviceChoice {
  /** Do not disturb. */
  readonly quiet: boolean;
  /** The contacts see that the user is away. */
  readonly away: boolean;
  readonly notify: boolean;
  /** A push wakes this device while the page is closed. */
  readonly wake: boolean;
}

export interface Memory {
  readonly recents: readonly Recent[];
  readonly conversations: readonly Conversation[];
  /** Sorted by name. */
  readonly contacts: readonly Contact[];
  readonly settings: Settings;
  /** Missed calls since the list was last seen. */
  readonly missed: number;
}

export const emptyMemory: Memory = {
  recents: [],
  conversations: [],
  contacts: [],
  settings: { quiet: false, away: false, notify: false, wake: false },
  missed: 0,
};

/** Limits, so that no peer can fill the storage. */
const MOST_RECENTS = 100;
const MOST_CONVERSATIONS = 50;
const MOST_TEXTS = 200;

export function bounded({ settings, missed, contacts, ...memory }: Memory): Memory {
  return {
    settings,
    missed,
    contacts,
    recents: memory.recents.slice(0, MOST_RECENTS),
    conversations: memory.conversations
      .slice(0, MOST_CONVERSATIONS)
      .map(({ texts, ...conversation }) => Object.assign(conversation, { texts: texts.slice(-MOST_TEXTS) })),
  };
}

/** A text that was being sent when the page was left did not arrive, as far as this page knows. */
export function recall(account: string): Memory {
  try {
    const stored: Partial<Memory> = JSON.parse(localStorage.getItem(keyOf(account)) ?? "{}");
    const memory = { ...emptyMemory, ...stored, settings: { ...emptyMemory.settings, ...stored.settings } };
    return { ...memory, conversations: memory.conversations.map(withoutSending) };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return emptyMemory; // damaged or forbidden
    throw error;
  }
}

function withoutSending(conversation: Conversation): Conversation {
  const settled = (text: Text): Text => (text.state === "sending" ? { ...text, state: "failed" } : text);
  return { ...conversation, texts: conversation.texts.map(settled) };
}

export function remember(account: string, memory: Memory): void {
  try {
    localStorage.setItem(keyOf(account), JSON.stringify(memory));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // full or forbidden: the page works without
  }
}

/** The name of an account in the storage of the browser. */
export function accountName({ user, domain }: { readonly user: string; readonly domain: string }): string {
  return `${user}@${domain}`;
}

function keyOf(account: string): string {
  return `phone:${account}`;
}
