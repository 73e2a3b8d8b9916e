// Lambda's poller of an SQS event source: receives messages and invokes the function with them.
import { AssemblyError } from "../assembly/template.ts";
import { isAllowed } from "../iam/policy.ts";
import { isObject, parseJson, textAt } from "../json.ts";
import type { Log } from "../log.ts";
import { systemAttributes } from "../services/sqs/api.ts";
import type { Queue, QueueMessage } from "../services/sqs/queue.ts";
import type { Outcome } from "./environment.ts";
import type { LocalFunction } from "./function.ts";
import type { EventSourceSpec } from "./spec.ts";
import { longestChain } from "./trace.ts";

export interface EventSource {
  /** True while a batch is handled or a message is visible. */
  isBusy(): boolean;
  stop(): void;
}

interface EventSourceOptions {
  readonly spec: EventSourceSpec;
  readonly queues: readonly Queue[];
  readonly functions: readonly LocalFunction[];
  readonly region: string;
  /** Batches at the same time. */
  readonly concurrency: number;
  readonly log: Log;
}

/** Starts polling. Throws {@link AssemblyError} if the function's role may not poll; a deployment fails then too. */
export function startEventSource(options: EventSourceOptions): EventSource {
  const { spec, region, concurrency, log } = options;
  const queue = options.queues.find((candidate) => candidate.spec.arn === spec.queueArn);
  const fn = options.functions.find((candidate) => candidate.spec.arn === spec.target);
  if (queue === undefined || fn === undefined)
    throw new AssemblyError(`${spec.logicalId} polls a queue outside the stack`);
  for (const action of ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]) {
    if (isAllowed(fn.spec.statements, action, queue.spec.arn)) continue;
    throw new AssemblyError(
      `${spec.logicalId}: ${fn.spec.label} may not ${action} on ${queue.spec.arn}; grant it in the construct`,
    );
  }

  let stopped = false;
  let pending = 0;

  const handle = async (messages: readonly QueueMessage[]): Promise<void> => {
    pending += 1;
    const event = { Records: messages.map((message) => toRecord(message, queue.spec.arn, region)) };
    const chain = Math.max(...messages.map((message) => message.chain));
    const failed = failures(await fn.invoke(event, "sqs", { chain }), messages, spec.reportsItemFailures);
    for (const { messageId, receiptHandle } of messages) {
      if (!failed.has(messageId)) queue.delete(receiptHandle); // the others become visible again when their timeout ends
    }
    if (failed.size > 0)
      log.write("WARN", "cloud", `${fn.spec.label} failed ${failed.size} of ${messages.length} messages`);
    pending -= 1;
    void poll();
  };

  /** Lambda stops a function that invokes itself through a queue again and again. */
  const isEndless = ({ chain, receiptHandle }: QueueMessage): boolean => {
    if (chain < longestChain) return false;
    log.write(
      "ERROR",
      "cloud",
      `recursive loop: ${fn.spec.label} has invoked itself ${chain} times; Lambda stops here`,
    );
    queue.bury(receiptHandle);
    return true;
  };

  const poll = async (): Promise<void> => {
    for (;;) {
      if (stopped || pending >= concurrency) return;
      const messages = await queue.receive(spec.batchSize, LONG_POLL_MS);
      const wanted = messages.filter((message) => !isEndless(message));
      if (wanted.length > 0) void handle(wanted);
    }
  };
  void poll();

  return { isBusy: () => pending > 0 || queue.counts().visible > 0, stop: () => void (stopped = true) };
}

/** Ids of the messages to deliver again: all of a failed invocation, or those that the function names. */
function failures(outcome: Outcome, messages: readonly QueueMessage[], reportsItems: boolean): ReadonlySet<string> {
  const all = new Set(messages.map(({ messageId }) => messageId));
  if (outcome.kind === "failure") return all;
  if (!reportsItems) return new Set();
  const answer = parseJson(outcome.payload);
  const listed = isObject(answer) ? (answer["batchItemFailures"] ?? []) : [];
  if (!Array.isArray(listed)) return all;
  const named = listed.map((item) => textAt(item, "itemIdentifier") ?? "");
  return named.every((id) => all.has(id)) ? new Set(named) : all; // a bad report fails the whole batch
}

function toRecord(message: QueueMessage, arn: string, region: string): object {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: {},
    md5OfBody: message.md5,
    eventSource: "aws:sqs",
    eventSourceARN: arn,
    awsRegion: region,
  };
}

const LONG_POLL_MS = 20_000;
