// The messages of a queue: which of them exist, and when each becomes visible.
import { createHash, randomUUID } from "node:crypto";
import { createDueList } from "./due-list.ts";

/** A message of the queue. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly md5: string;
  /** Epoch milliseconds, as the other times. */
  readonly sentAt: number;
  /** Number of invocations in the chain before this message (`lambda/trace.ts`). */
  readonly chain: number;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt: number;
  /** The latest; each one starts with the id. */
  receipt: string;
}

/** Times are epoch milliseconds. */
export interface Messages {
  /** Adds a message that is hidden until `show` at this time. */
  add(body: string, chain: number, now: number, visibleAt: number): Message;
  /** Makes messages visible whose time has come. */
  show(now: number): void;
  /** When a hidden message becomes visible next; a removed one counts until its time has passed. */
  nextAt(): number | undefined;
  /** Up to `max` visible messages, each with a new receipt and hidden until the given time. */
  take(max: number, now: number, visibleAt: number): readonly Message[];
  /** The message whose latest receipt this is. */
  ofReceipt(receipt: string): Message | undefined;
  hide(message: Message, visibleAt: number): void;
  isVisible(message: Message): boolean;
  hasVisible(): boolean;
  remove(message: Message): void;
  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number };
  clear(): void;
}

/** @param isGivenUp whether a message is passed over that would be taken now; it is not visible any more then */
export function createMessages(isGivenUp: (message: Message, now: number) => boolean): Messages {
  const messages = new Map<string, Message>();
  const waiting = createDueList<string>(); // entries may be outdated: `visibleAt` of the message decides
  const ready = new Set<string>();

  const hide = (message: Message, visibleAt: number): void => {
    message.visibleAt = visibleAt;
    ready.delete(message.id);
    waiting.add({ at: visibleAt, item: message.id });
  };

  return {
    hide,
    add: (body, chain, now, visibleAt) => {
      const md5 = createHash("md5").update(body).digest("hex");
      const blank = { visibleAt, receiveCount: 0, firstReceivedAt: 0, receipt: "" };
      const message: Message = { id: randomUUID(), body, md5, sentAt: now, chain, ...blank };
      messages.set(message.id, message);
      hide(message, visibleAt);
      return message;
    },
    show: (now) => {
      for (let due = waiting.first(); due !== undefined && due.at <= now; due = waiting.first()) {
        waiting.take();
        if (messages.get(due.item)?.visibleAt === due.at) ready.add(due.item);
      }
    },
    nextAt: () => waiting.first()?.at,
    take: (max, now, visibleAt) => {
      const taken: Message[] = [];
      for (const id of ready) {
        if (taken.length >= max) break;
        ready.delete(id);
        const message = messages.get(id);
        if (message === undefined || isGivenUp(message, now)) continue;
        message.receiveCount += 1;
        message.firstReceivedAt ||= now;
        message.receipt = `${id}.${randomUUID()}`;
        hide(message, visibleAt);
        taken.push(message);
      }
      return taken;
    },
    ofReceipt: (receipt) => {
      const message = messages.get(receipt.split(".")[0] ?? "");
      return message?.receipt === receipt ? message : undefined;
    },
    isVisible: ({ id }) => ready.has(id),
    hasVisible: () => ready.size > 0,
    remove: ({ id }) => {
      messages.delete(id);
      ready.delete(id);
    },
    counts: () => {
      const hidden = [...messages.values()].filter(({ id }) => !ready.has(id));
      const inFlight = hidden.filter(({ receiveCount }) => receiveCount > 0).length;
      return { visible: ready.size, inFlight, delayed: hidden.length - inFlight };
    },
    clear: () => messages.clear(),
  };
}
