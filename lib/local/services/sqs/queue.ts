// A standard queue: at least once, without a promised order, with a delay per message, a visibility timeout and a redrive.
import type { QueueSpec } from "./spec.ts";
import type { Clock } from "./clock.ts";
import { createMessages, type Message } from "./messages.ts";
import { createReceivers } from "./receivers.ts";

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
  readonly firstReceivedAt: number;
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

/** @param deadLetters finds the queue of the redrive policy. */
export function createQueue(spec: QueueSpec, clock: Clock, deadLetters: (arn: string) => Queue | undefined): Queue {
  const receivers = createReceivers<QueueMessage>();
  let alarm: NodeJS.Timeout | undefined;

  const bury = (message: Message): void => {
    messages.remove(message);
    if (spec.redrive !== undefined) deadLetters(spec.redrive.targetArn)?.send(message.body, 0);
  };

  /** True for a message that is too old or was received too often; the latter goes to the dead letters. */
  const isGivenUp = (message: Message, now: number): boolean => {
    const { redrive, retentionSeconds } = spec;
    const isSpent = redrive !== undefined && message.receiveCount >= redrive.maxReceiveCount;
    const isStale = now - message.sentAt > retentionSeconds * 1000;
    if (isSpent) bury(message);
    else if (isStale) messages.remove(message);
    return isSpent || isStale;
  };
  const messages = createMessages(isGivenUp);

  /** Serves the receivers with the messages that are due, and sets the alarm for the next one. */
  const settle = (): void => {
    clearTimeout(alarm);
    const now = clock.now();
    messages.show(now);
    while (messages.hasVisible() && receivers.serve(take)) continue;
    const next = messages.nextAt();
    if (next !== undefined) alarm = setTimeout(settle, Math.min(Math.max(next - now, 1), LONGEST_TIMEOUT_MS));
  };
  clock.onAdvance(settle);

  const take = (max: number, visibilitySeconds: number): readonly QueueMessage[] => {
    const now = clock.now();
    return messages.take(max, now, now + visibilitySeconds * 1000).map(received);
  };

  return {
    spec,
    send: (body, delaySeconds = spec.delaySeconds, chain = 0) => {
      const now = clock.now();
      const { id: messageId, md5 } = messages.add(body, chain, now, now + delaySeconds * 1000);
      settle();
      return { messageId, md5 };
    },
    receive: (max, waitMs, visibilitySeconds = spec.visibilityTimeoutSeconds) => {
      settle();
      const taken = take(max, visibilitySeconds);
      settle();
      if (taken.length > 0 || waitMs <= 0) return Promise.resolve(taken);
      return receivers.wait(max, visibilitySeconds, waitMs);
    },
    delete: (receiptHandle) => {
      const [id = "", receipt] = receiptHandle.split(".");
      if (!UUID.test(id) || receipt === undefined) return false;
      const message = messages.ofReceipt(receiptHandle);
      if (message !== undefined) messages.remove(message);
      return true;
    },
    bury: (receiptHandle) => {
      const message = messages.ofReceipt(receiptHandle);
      if (message !== undefined) bury(message);
    },
    changeVisibility: (receiptHandle, seconds) => {
      const message = messages.ofReceipt(receiptHandle);
      if (message === undefined || messages.isVisible(message)) return false;
      messages.hide(message, clock.now() + seconds * 1000);
      settle();
      return true;
    },
    counts: () => {
      settle();
      return messages.counts();
    },
    close: () => {
      clearTimeout(alarm);
      messages.clear();
      receivers.close();
    },
  };
}

function received({ id, receipt, body, md5, receiveCount, sentAt, firstReceivedAt, chain }: Message): QueueMessage {
  return { messageId: id, receiptHandle: receipt, body, md5, receiveCount, sentAt, firstReceivedAt, chain };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The limit of setTimeout. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
