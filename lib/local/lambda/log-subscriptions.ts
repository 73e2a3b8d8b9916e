// Subscription filters of log groups: CloudWatch Logs collects the lines of a group for a moment and invokes a function with
// them, which it takes for an asynchronous event: one that fails is repeated twice.
import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Reading } from "../assembly/resource-kind.ts";
import { AssemblyError, stringAt } from "../assembly/template.ts";
import type { Log, LogEntry } from "../log.ts";
import type { LocalFunction } from "./function.ts";

export interface LogSubscriptions {
  /** Takes a line as it is written. */
  take(entry: LogEntry): void;
  /** True while lines wait or are delivered. */
  isBusy(): boolean;
  /** Delivers nothing more. */
  stop(): void;
}

interface Subscription {
  readonly filter: string;
  readonly logGroup: string;
  /** The function that writes the lines. */
  readonly source: LocalFunction;
  readonly target: LocalFunction;
}

interface Waiting {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

/** @param account owner of the log groups, as it stands in each event */
export function startLogSubscriptions(
  stack: Reading,
  functions: readonly LocalFunction[],
  log: Log,
  account: string,
): LogSubscriptions {
  const queues = readSubscriptions(stack, functions).map((subscription) => {
    return { subscription, waiting: [] as Waiting[], isDelivering: false };
  });
  const ending = new AbortController();

  /** One batch of a group after the other. Lines of different groups meet in no order, as in CloudWatch Logs. */
  async function deliver(queue: (typeof queues)[number]): Promise<void> {
    if (queue.isDelivering) return;
    queue.isDelivering = true;
    while (queue.waiting.length > 0 && !ending.signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, COLLECTING_MS));
      await invoke(queue.subscription, queue.waiting.splice(0, MOST_LINES));
    }
    queue.isDelivering = false;
  }

  async function invoke({ filter, logGroup, target }: Subscription, logEvents: readonly Waiting[]): Promise<void> {
    const batch = {
      messageType: "DATA_MESSAGE",
      owner: account,
      logGroup,
      logStream: "local",
      subscriptionFilters: [filter],
      logEvents,
    };
    const event = { awslogs: { data: gzipSync(JSON.stringify(batch)).toString("base64") } };
    for (let attempt = 1; attempt <= ATTEMPTS && !ending.signal.aborted; attempt += 1) {
      if ((await target.invoke(event, "logs")).kind === "result") return;
    }
    log.write("ERROR", "cloud", `${target.spec.label} failed ${ATTEMPTS} times: ${logEvents.length} lines are lost`);
  }

  return {
    take({ at, source, text, octets }) {
      if (octets === undefined || ending.signal.aborted) return;
      for (const queue of queues) {
        if (queue.subscription.source.spec.label !== source) continue;
        queue.waiting.push({ id: randomUUID(), timestamp: at, message: text });
        void deliver(queue);
      }
    },
    isBusy: () => queues.some(({ isDelivering }) => isDelivering),
    stop: () => ending.abort(),
  };
}

/** CloudWatch Logs takes seconds; the lines of one message need not be two invocations. */
const COLLECTING_MS = 5;
const MOST_LINES = 1000;
/** Lambda waits one minute and two before it repeats an asynchronous invocation; here they follow at once. */
const ATTEMPTS = 3;

/** Throws {@link AssemblyError} if CloudWatch Logs may not invoke the function; a deployment fails then too. */
function readSubscriptions(stack: Reading, functions: readonly LocalFunction[]): readonly Subscription[] {
  return stack.ofType("AWS::Logs::SubscriptionFilter").map(({ logicalId, name, properties }) => {
    const logGroup = stringAt(properties, "LogGroupName", logicalId);
    const destination = stringAt(properties, "DestinationArn", logicalId);
    const source = functions.find(({ spec }) => spec.logGroup === logGroup);
    const target = functions.find(({ spec }) => spec.arn === destination);
    if (source === undefined || target === undefined) {
      throw new AssemblyError(`${logicalId} connects a log group or a function from outside the stack`);
    }
    if (properties["FilterPattern"] !== "") {
      throw new AssemblyError(`${logicalId} has a filter pattern, which the local cloud does not evaluate`);
    }
    const isAllowed = target.spec.invokers.some(
      ({ principal, sourceArn }) =>
        principal === "logs.amazonaws.com" &&
        (sourceArn === undefined || sourceArn.endsWith(`:log-group:${logGroup}:*`)),
    );
    if (isAllowed) return { filter: name, logGroup, source, target };
    throw new AssemblyError(`${logicalId}: CloudWatch Logs may not invoke ${target.spec.label}`);
  });
}
