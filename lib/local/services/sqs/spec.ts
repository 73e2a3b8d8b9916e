// The queues of a template.
import type { Reading, Resolved, ResourceKinds } from "../../assembly/resource-kind.ts";
import { AssemblyError, stringAt } from "../../assembly/template.ts";
import { parseStatements } from "../../iam/policy.ts";
import { numberAt, objectAt, textAt } from "../../json.ts";

export const queueResources: ResourceKinds = {
  "AWS::SQS::Queue": {
    refused: ["KmsMasterKeyId"],
    nameProperty: "QueueName",
    names: (_queue, name, { arn, account, addresses }) => {
      const url = `${addresses.aws}/${account}/${name}`;
      return { ref: url, attributes: { Arn: arn("sqs", name), QueueName: name, QueueUrl: url } };
    },
  },
  "AWS::SQS::QueuePolicy": {},
};

export interface QueueSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly delaySeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  readonly redrive?: { readonly targetArn: string; readonly maxReceiveCount: number };
}

export function readQueues(stack: Reading): readonly QueueSpec[] {
  for (const { logicalId, properties } of stack.ofType("AWS::SQS::QueuePolicy")) {
    const rest = parseStatements(objectAt(properties, "PolicyDocument"), logicalId);
    if (rest.length) throw new AssemblyError(`${logicalId}: of queue policies the local cloud knows enforceSSL only`);
  }
  return stack.ofType("AWS::SQS::Queue").map((resource) => toQueue(resource, stack));
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

const FOUR_DAYS = 345_600;
