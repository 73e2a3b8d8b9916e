// The queues, and which function each of them wakes.
import { listAt, numberAt, objectAt, textAt } from "../json.ts";
import { parseStatements } from "../iam/policy.ts";
import type { EventSourceSpec, QueueSpec } from "./deployment.ts";
import type { Reading, Resolved } from "./reading.ts";
import { AssemblyError, stringAt } from "./template.ts";

export function readQueues(reading: Reading): readonly QueueSpec[] {
  for (const { logicalId, properties } of reading.ofType("AWS::SQS::QueuePolicy")) {
    const rest = parseStatements(objectAt(properties, "PolicyDocument"), logicalId);
    if (rest.length) throw new AssemblyError(`${logicalId}: of queue policies the local cloud knows enforceSSL only`);
  }
  return reading.ofType("AWS::SQS::Queue").map((resource) => toQueue(resource, reading));
}

function toQueue({ logicalId, name, arn, properties }: Resolved, { resolve }: Reading): QueueSpec {
  if (properties["FifoQueue"] === true) throw new AssemblyError(`${logicalId} is a FIFO queue: no delay per message`);
  const redrive = objectAt(properties, "RedrivePolicy");
  const targetArn = textAt(redrive, "deadLetterTargetArn");
  return {
    logicalId,
    name,
    arn,
    url: stringAt({ url: resolve({ Ref: logicalId }, logicalId) }, "url", logicalId),
    delaySeconds: numberAt(properties, "DelaySeconds", 0),
    visibilityTimeoutSeconds: numberAt(properties, "VisibilityTimeout", 30),
    retentionSeconds: numberAt(properties, "MessageRetentionPeriod", FOUR_DAYS),
    ...(targetArn && { redrive: { targetArn, maxReceiveCount: numberAt(redrive, "maxReceiveCount", 10) } }),
  };
}

export function readEventSources(reading: Reading): readonly EventSourceSpec[] {
  const functions = reading.ofType("AWS::Lambda::Function");
  return reading
    .ofType("AWS::Lambda::EventSourceMapping")
    .filter(({ properties }) => properties["Enabled"] !== false)
    .map(({ logicalId, properties }) => {
      const target = stringAt(properties, "FunctionName", logicalId);
      const found = functions.find(({ name, arn }) => name === target || arn === target);
      if (found === undefined) throw new AssemblyError(`${logicalId} wakes ${target}, which is not in the stack`);
      return {
        logicalId,
        queueArn: stringAt(properties, "EventSourceArn", logicalId),
        target: found.arn,
        batchSize: numberAt(properties, "BatchSize", 10),
        reportsItemFailures: listAt(properties, "FunctionResponseTypes").includes("ReportBatchItemFailures"),
      };
    });
}

const FOUR_DAYS = 345_600;
