// The queues, and which function each of them wakes.
import { parseStatements } from "../iam/policy.ts";
import type { EventSourceSpec, QueueSpec } from "./deployment.ts";
import { listAt, numberAt } from "./functions.ts";
import type { Reading } from "./reading.ts";
import { AssemblyError, objectAt, stringAt } from "./template.ts";

export function readQueues(reading: Reading): readonly QueueSpec[] {
  for (const { logicalId, properties } of reading.ofType("AWS::SQS::QueuePolicy")) {
    const rest = parseStatements(properties["PolicyDocument"] ?? null, logicalId);
    if (rest.length) throw new AssemblyError(`${logicalId}: of queue policies the local cloud knows enforceSSL only`);
  }
  return reading.ofType("AWS::SQS::Queue").map(({ logicalId, name, arn, properties }) => {
    if (properties["FifoQueue"] === true) throw new AssemblyError(`${logicalId} is a FIFO queue: no delay per message`);
    const redrive = objectAt(properties, "RedrivePolicy");
    const target = redrive["deadLetterTargetArn"];
    return {
      logicalId,
      name,
      arn,
      url: stringAt({ url: reading.resolve({ Ref: logicalId }, logicalId) }, "url", logicalId),
      delaySeconds: numberAt(properties["DelaySeconds"], 0),
      visibilityTimeoutSeconds: numberAt(properties["VisibilityTimeout"], 30),
      retentionSeconds: numberAt(properties["MessageRetentionPeriod"], FOUR_DAYS),
      ...(typeof target === "string"
        ? { redrive: { targetArn: target, maxReceiveCount: numberAt(redrive["maxReceiveCount"], 10) } }
        : {}),
    };
  });
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
        batchSize: numberAt(properties["BatchSize"], 10),
        reportsItemFailures: listAt(properties["FunctionResponseTypes"]).includes("ReportBatchItemFailures"),
      };
    });
}

const FOUR_DAYS = 345_600;
