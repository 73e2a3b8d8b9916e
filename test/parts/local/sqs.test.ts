import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { aCloudOf, closeClouds } from "./cloud.ts";

afterAll(closeClouds);

const queue = (properties: object = {}) => ({ Type: "AWS::SQS::Queue", Properties: properties });
const url = (name: string) => ({ Ref: name });

let cloud: LocalCloud;
let sqs: SQSClient;
beforeAll(async () => {
  const names = [
    "Plain",
    "Slow",
    "Visible",
    "Dead",
    "Redriven",
    "Batch",
    "Short",
    "Changed",
    "Polled",
    "PolledLater",
    "Counted",
    "Limits",
  ];
  cloud = await aCloudOf({
    functions: {},
    resources: {
      ...Object.fromEntries(names.map((name) => [name, queue()])),
      Slow: queue({ DelaySeconds: 20 }),
      Visible: queue({ VisibilityTimeout: 40 }),
      Short: queue({ MessageRetentionPeriod: 60 }),
      Redriven: queue({
        VisibilityTimeout: 10,
        RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] }, maxReceiveCount: 2 },
      }),
    },
    outputs: Object.fromEntries(names.map((name) => [name, url(name)])),
  });
  const { region, credentials, endpoints } = cloud;
  sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs, maxAttempts: 1 });
});

const urlOf = (name: string) => cloud.outputs[name] ?? "";

function send(name: string, MessageBody: string, more: Partial<SendMessageCommandInput> = {}) {
  return sqs.send(new SendMessageCommand({ QueueUrl: urlOf(name), MessageBody, ...more }));
}

async function receive(name: string, wait = 0, max = 10): Promise<readonly Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: urlOf(name),
      WaitTimeSeconds: wait,
      MaxNumberOfMessages: max,
      MessageSystemAttributeNames: ["All"],
    }),
  );
  return Messages;
}

describe("a queue", () => {
  test("returns a message, hides it, and drops it when it is deleted", async () => {
    const { MessageId, MD5OfMessageBody } = await send("Plain", "timer");
    const [message] = await receive("Plain");
    expect(message).toMatchObject({ MessageId, Body: "timer", MD5OfBody: MD5OfMessageBody });
    expect(message?.Attributes).toMatchObject({ ApproximateReceiveCount: "1", SentTimestamp: expect.any(String) });
    expect(await receive("Plain")).toEqual([]);

    const ReceiptHandle = message?.ReceiptHandle;
    await sqs.send(new DeleteMessageCommand({ QueueUrl: urlOf("Plain"), ReceiptHandle }));
    cloud.queues.advance(31);
    expect(await receive("Plain")).toEqual([]);
  });

  test("holds a message back for its DelaySeconds, and no longer", async () => {
    await send("Plain", "later", { DelaySeconds: 900 });
    cloud.queues.advance(899);
    expect(await receive("Plain")).toEqual([]);
    cloud.queues.advance(1);
    expect(await receive("Plain")).toMatchObject([{ Body: "later" }]);
  });

  test("holds it back for the queue's own delay unless the message says otherwise, zero included", async () => {
    await send("Slow", "as the queue");
    await send("Slow", "at once", { DelaySeconds: 0 });
    expect(await receive("Slow")).toMatchObject([{ Body: "at once" }]);
    cloud.queues.advance(20);
    expect(await receive("Slow")).toMatchObject([{ Body: "as the queue" }]);
  });

  test("delivers when real time has passed, too", async () => {
    await send("Plain", "in a second", { DelaySeconds: 1 });
    expect(await receive("Plain", 3)).toMatchObject([{ Body: "in a second" }]);
  });

  test("brings a message again when its visibility timeout is over, with a new receipt", async () => {
    await send("Visible", "again");
    const [first] = await receive("Visible");
    cloud.queues.advance(39);
    expect(await receive("Visible")).toEqual([]);
    cloud.queues.advance(1);
    const [second] = await receive("Visible");
    expect(second?.Attributes?.["ApproximateReceiveCount"]).toBe("2");
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  test("does not delete by an old receipt a message that another receiver has", async () => {
    await send("Visible", "mine");
    const [old] = await receive("Visible");
    cloud.queues.advance(40);
    await receive("Visible");
    await sqs.send(new DeleteMessageCommand({ QueueUrl: urlOf("Visible"), ReceiptHandle: old?.ReceiptHandle }));
    cloud.queues.advance(40);
    expect(await receive("Visible")).toContainEqual(expect.objectContaining({ Body: "mine" }));
  });

  test("changes the visibility of one message", async () => {
    await send("Changed", "soon");
    const [message] = await receive("Changed");
    const change = { QueueUrl: urlOf("Changed"), ReceiptHandle: message?.ReceiptHandle };
    await sqs.send(new ChangeMessageVisibilityCommand({ ...change, VisibilityTimeout: 0 }));
    expect(await receive("Changed")).toMatchObject([{ Body: "soon" }]);
    const again = sqs.send(new ChangeMessageVisibilityCommand({ ...change, VisibilityTimeout: 0 }));
    await expect(again).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });

  test("moves a message to the dead letters after maxReceiveCount receives", async () => {
    await send("Redriven", "hopeless");
    for (let n = 0; n < 2; n += 1) {
      expect(await receive("Redriven")).toHaveLength(1);
      cloud.queues.advance(10);
    }
    expect(await receive("Redriven")).toEqual([]);
    expect(await receive("Dead")).toMatchObject([{ Body: "hopeless" }]);
  });

  test("drops messages older than the retention period", async () => {
    await send("Short", "old");
    cloud.queues.advance(61);
    expect(await receive("Short")).toEqual([]);
    expect(cloud.queues.counts("Short")).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test("a long poll returns as soon as one message is there, not when the batch is full", async () => {
    const polling = receive("Polled", 20);
    const startedAt = performance.now();
    await send("Polled", "here");
    expect(await polling).toMatchObject([{ Body: "here" }]);
    expect(performance.now() - startedAt).toBeLessThan(19_000); // a poll that is not ended by the message takes 20 s
  });

  test("a long poll returns as soon as a delayed message is due", async () => {
    await send("PolledLater", "due", { DelaySeconds: 32 });
    const polling = receive("PolledLater", 20);
    setTimeout(() => cloud.queues.advance(32), 20);
    expect(await polling).toMatchObject([{ Body: "due" }]);
  });

  test("gives its attributes and its URL", async () => {
    await send("Counted", "a");
    await send("Counted", "b", { DelaySeconds: 10 });
    await send("Counted", "c");
    await receive("Counted", 0, 1);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: urlOf("Counted"), AttributeNames: ["All"] }),
    );
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: "1",
      ApproximateNumberOfMessagesNotVisible: "1",
      ApproximateNumberOfMessagesDelayed: "1",
      QueueArn: "arn:aws:sqs:us-east-1:000000000000:Fixture-Counted",
    });
    const found = await sqs.send(new GetQueueUrlCommand({ QueueName: "Fixture-Counted" }));
    expect(found.QueueUrl).toBe(urlOf("Counted"));
  });
});

describe("batches", () => {
  test("entries succeed or fail one by one", async () => {
    const { Successful, Failed } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: urlOf("Batch"),
        Entries: [
          { Id: "good", MessageBody: "1" },
          { Id: "bad", MessageBody: "2", DelaySeconds: 901 },
        ],
      }),
    );
    expect(Successful).toMatchObject([{ Id: "good" }]);
    expect(Failed).toMatchObject([{ Id: "bad", Code: "InvalidParameterValue", SenderFault: true }]);

    const [message] = await receive("Batch");
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: urlOf("Batch"),
        Entries: [
          { Id: "a", ReceiptHandle: message?.ReceiptHandle },
          { Id: "b", ReceiptHandle: "nonsense" },
        ],
      }),
    );
    expect(deleted.Successful).toMatchObject([{ Id: "a" }]);
    expect(deleted.Failed).toMatchObject([{ Id: "b", Code: "ReceiptHandleIsInvalid" }]);
  });

  test.each([
    ["no entries", 0, "EmptyBatchRequest"],
    ["eleven entries", 11, "TooManyEntriesInBatchRequest"],
  ])("%s are refused", async (_what, length, name) => {
    const Entries = Array.from({ length }, (_, n) => ({ Id: String(n), MessageBody: "x" }));
    const batch = new SendMessageBatchCommand({ QueueUrl: urlOf("Batch"), Entries });
    await expect(sqs.send(batch)).rejects.toMatchObject({ name: expect.stringContaining(name) });
  });

  test("the same Id twice is refused", async () => {
    const Entries = [1, 2].map((n) => ({ Id: "same", MessageBody: String(n) }));
    const batch = new SendMessageBatchCommand({ QueueUrl: urlOf("Batch"), Entries });
    await expect(sqs.send(batch)).rejects.toMatchObject({ name: expect.stringContaining("BatchEntryIdsNotDistinct") });
  });
});

describe("limits, with SQS's own errors", () => {
  test.each([
    [{ DelaySeconds: 901 }, "DelaySeconds must be >= 0 and <= 900."],
    [{ DelaySeconds: -1 }, "DelaySeconds must be >= 0 and <= 900."],
    [{ DelaySeconds: 1.5 }, "DelaySeconds must be >= 0 and <= 900."],
    [{ MessageBody: "x".repeat(1_048_577) }, "Message must be shorter than 1048576 bytes."],
    [{ MessageGroupId: "group" }, "The local cloud does not know the parameter MessageGroupId."],
  ])("%j is InvalidParameterValue", async (input, message) => {
    const error: unknown = await send("Limits", "x", input).catch((error) => error);
    expect(error).toMatchObject({ name: "InvalidParameterValue", message: expect.stringContaining(message) });
  });

  test("control characters are InvalidMessageContents", async () => {
    await expect(send("Limits", "a\u0000b")).rejects.toMatchObject({ name: "InvalidMessageContents" });
  });

  test("a missing queue is QueueDoesNotExist", async () => {
    const nowhere = new SendMessageCommand({ QueueUrl: `${urlOf("Limits")}x`, MessageBody: "x" });
    await expect(sqs.send(nowhere)).rejects.toMatchObject({ name: "QueueDoesNotExist" });
  });

  test("a request for eleven messages is refused", async () => {
    await expect(receive("Limits", 0, 11)).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });
});
