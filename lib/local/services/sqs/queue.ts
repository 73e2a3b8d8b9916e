// A standard queue: at least once, without a promised order, with a delay per message, a visibility timeout and a redrive.
import { createHash, randomUUID } from "node:crypto";
import type { QueueSpec } from "./spec.ts";
import type { Clock } from "./clock.ts";
import { createDueList } from "./due-list.ts";

/** A received message. */
export interface QueueMessage {
  readonly messageId: string;
  /** Valid for this receipt; the next one has another. */
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5: string;
  readonly receiveCount: number;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  /** Epoch milliseconds. */
  readonly firstQueueMessageAt: number;
  /** Number of invocations in the chain before this message (`lambda/trace.ts`). */
  readonly chain: number;
}

export interface Queue {
  readonly spec: QueueSpec;
  send(body: string, delaySeconds?: number, chain?: number): { readonly messageId: string; readonly md5: string };
  /** Returns up to `max` messages; waits for the first one, at most `waitMs`. */
  receive(max: number, waitMs: number, visibilitySeconds?: number): Promise<readonly QueueMessage[]>;
  /** Deletes the message of a receipt, if it still exists; false if the receipt is not of this queue. */
  delete(receiptHandle: string): boolean;
  /** Moves the message of a receipt to the dead letters, or deletes it if the queue has no dead letters. */
  bury(receiptHandle: string): void;
  /** Sets when a received message becomes visible again; false if the receipt is not its latest one. */
  changeVisibility(receiptHandle: string, seconds: number): boolean;
  /** Number of messages that can be received, that are being handled, and that are delayed. */
  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number };
  close(): void;
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly md5: string;
  readonly sentAt: number;
  readonly chain: number;
  visibleAt: number;
  receiveCount: number;
  firstQueueMessageAt: number;
  receipt: string;
}

interface Waiter {
  readonly max: number;
  readonly visibilitySeconds: number;
  readonly resolve: (messages: readonly QueueMessage[]) => void;
  readonly timeout: NodeJS.Timeout;
}

/** @param deadLetters finds the queue of the redrive policy. */
export function createQueue(spec: QueueSpec, clock: Clock, deadLetters: (arn: string) => Queue | undefined): Queue {
  const messages = new Map<string, Message>();
  const waiting = createDueList<string>(); // entries may be outdated: `visibleAt` of the message decides
  const ready = new Set<string>();
  const waiters: Waiter[] = [];
  let alarm: NodeJS.Timeout | undefined;

  const schedule = (message: Message, visibleAt: number): void => {
    message.visibleAt = visibleAt;
    ready.delete(message.id);
    waiting.add({ at: visibleAt, item: message.id });
    settle();
  };

  /** Moves due messages to `ready`, serves the waiters, and sets the alarm for the next message. */
  const settle = (): void => {
    clearTimeout(alarm);
    const now = clock.now();
    for (let due = waiting.first(); due !== undefined && due.at <= now; due = waiting.first()) {
      waiting.take();
      if (messages.get(due.item)?.visibleAt === due.at) ready.add(due.item);
    }
    while (ready.size > 0) {
      const waiter = waiters.shift();
      if (waiter === undefined) break;
      serve(waiter);
    }
    const next = waiting.first();
    if (next !== undefined) alarm = setTimeout(settle, Math.min(Math.max(next.at - now, 1), LONGEST_TIMEOUT_MS));
  };
  clock.onAdvance(settle);

  const serve = ({ max, visibilitySeconds, resolve, timeout }: Waiter): void => {
    const taken = take(max, visibilitySeconds);
    if (taken.length === 0) return void waiters.unshift({ max, visibilitySeconds, resolve, timeout });
    clearTimeout(timeout);
    resolve(taken);
  };

  const take = (max: number, visibilitySeconds: number): readonly QueueMessage[] => {
    const now = clock.now();
    const taken: QueueMessage[] = [];
    for (const id of ready) {
      if (taken.length >= max) break;
      ready.delete(id);
      const message = messages.get(id);
      if (message === undefined || isGivenUp(message, now)) continue;
      message.receiveCount += 1;
      message.firstQueueMessageAt ||= now;
      message.receipt = `${id}.${randomUUID()}`;
      taken.push(toMessage(message));
      message.visibleAt = now + visibilitySeconds * 1000;
      waiting.add({ at: message.visibleAt, item: id });
    }
    return taken;
  };

  /** True for a message that is too old or was received too often; the latter goes to the dead letters. */
  const isGivenUp = (message: Message, now: number): boolean => {
    const { redrive, retentionSeconds } = spec;
    const isSpent = redrive !== undefined && message.receiveCount >= redrive.maxReceiveCount;
    const isStale = now - message.sentAt > retentionSeconds * 1000;
    if (isSpent) bury(message);
    else if (isStale) messages.delete(message.id);
    return isSpent || isStale;
  };

  const bury = ({ id, body }: Message): void => {
    messages.delete(id);
    if (spec.redrive !== undefined) deadLetters(spec.redrive.targetArn)?.send(body, 0);
  };

  return {
    spec,
    send: (body, delaySeconds = spec.delaySeconds, chain = 0) => {
      const now = clock.now();
      const md5 = createHash("md5").update(body).digest("hex");
      const blank = { visibleAt: now, receiveCount: 0, firstQueueMessageAt: 0, receipt: "" };
      const message: Message = { id: randomUUID(), body, md5, sentAt: now, chain, ...blank };
      messages.set(message.id, message);
      schedule(message, now + delaySeconds * 1000);
      return { messageId: message.id, md5 };
    },
    receive: (max, waitMs, visibilitySeconds = spec.visibilityTimeoutSeconds) => {
      settle();
      const taken = take(max, visibilitySeconds);
      settle();
      if (taken.length > 0 || waitMs <= 0) return Promise.resolve(taken);
      return new Promise((resolve) => {
        const timeout = setTimeout(() => {
          waiters.splice(waiters.indexOf(waiter), 1);
          resolve([]);
        }, waitMs);
        const waiter: Waiter = { max, visibilitySeconds, resolve, timeout };
        waiters.push(waiter);
      });
    },
    delete: (receiptHandle) => {
      const [id = "", receipt] = receiptHandle.split(".");
      if (!UUID.test(id) || receipt === undefined) return false;
      if (messages.get(id)?.receipt === receiptHandle) {
        messages.delete(id);
        ready.delete(id);
      }
      return true;
    },
    bury: (receiptHandle) => {
      const message = messages.get(receiptHandle.split(".")[0] ?? "");
      if (message?.receipt === receiptHandle) bury(message);
    },
    changeVisibility: (receiptHandle, seconds) => {
      const message = messages.get(receiptHandle.split(".")[0] ?? "");
      if (message === undefined || message.receipt !== receiptHandle || ready.has(message.id)) return false;
      schedule(message, clock.now() + seconds * 1000);
      return true;
    },
    counts: () => {
      settle();
      const hidden = [...messages.values()].filter(({ id }) => !ready.has(id));
      const inFlight = hidden.filter(({ receiveCount }) => receiveCount > 0).length;
      return { visible: ready.size, inFlight, delayed: hidden.length - inFlight };
    },
    close: () => {
      clearTimeout(alarm);
      messages.clear();
      for (const { timeout, resolve } of waiters.splice(0)) {
        clearTimeout(timeout);
        resolve([]);
      }
    },
  };
}

function toMessage({
  id,
  receipt,
  body,
  md5,
  receiveCount,
  sentAt,
  firstQueueMessageAt,
  chain,
}: Message): QueueMessage {
  return { messageId: id, receiptHandle: receipt, body, md5, receiveCount, sentAt, firstQueueMessageAt, chain };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The limit of setTimeout. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
