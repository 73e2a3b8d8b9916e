import { afterAll, describe, expect, test } from "@jest/globals";
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { aCloudOf, closeClouds } from "./cloud.ts";
import type { FixtureFunction } from "./fixture-stack.ts";

afterAll(closeClouds);

const mayPoll = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"].map((action) => {
  return [action, { "Fn::GetAtt": ["Queue", "Arn"] }] as const;
});

/** A queue that wakes `worker`, and its dead letters after two attempts. */
function aWokenWorker(code: string, mapping: object = {}, worker: Partial<FixtureFunction> = {}): Promise<LocalCloud> {
  const dead = { "Fn::GetAtt": ["Dead", "Arn"] };
  return aCloudOf({
    functions: { worker: { code, allows: mayPoll, ...worker } },
    resources: {
      Dead: { Type: "AWS::SQS::Queue", Properties: {} },
      Queue: {
        Type: "AWS::SQS::Queue",
        Properties: { VisibilityTimeout: 30, RedrivePolicy: { deadLetterTargetArn: dead, maxReceiveCount: 2 } },
      },
      Mapping: {
        Type: "AWS::Lambda::EventSourceMapping",
        Properties: {
          EventSourceArn: { "Fn::GetAtt": ["Queue", "Arn"] },
          FunctionName: { Ref: "workerFunction" },
          BatchSize: 5,
          ...mapping,
        },
      },
    },
    outputs: { Queue: { Ref: "Queue" } },
  });
}

const partial = { FunctionResponseTypes: ["ReportBatchItemFailures"] };

async function send(cloud: LocalCloud, ...bodies: readonly string[]): Promise<void> {
  const { region, credentials, endpoints, outputs } = cloud;
  const sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs });
  const Entries = bodies.map((MessageBody, n) => ({ Id: String(n), MessageBody }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: outputs["Queue"], Entries }));
}

interface Invocation {
  readonly Records: readonly Record<string, unknown>[];
}

function invocations(cloud: LocalCloud): readonly Invocation[] {
  return cloud.logs
    .filter(({ source, level }) => source === "worker" && level === "INFO")
    .map(({ text }): Invocation => JSON.parse(text));
}

const witness = "export const handler = async (event) => { console.info(JSON.stringify(event)); };";

describe("an event source", () => {
  test("delivers due messages in the format of Lambda and deletes them afterwards", async () => {
    const cloud = await aWokenWorker(witness);
    await send(cloud, "one");
    await cloud.settled();
    const [event] = invocations(cloud);
    expect(event?.Records).toEqual([
      {
        messageId: expect.any(String),
        receiptHandle: expect.any(String),
        body: "one",
        attributes: {
          ApproximateReceiveCount: "1",
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {},
        md5OfBody: "f97c5d29941bfb1b2fdab0874906ab82",
        eventSource: "aws:sqs",
        eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:Fixture-Queue",
        awsRegion: "us-east-1",
      },
    ]);
    expect(cloud.queues.counts("Queue")).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test("gathers up to the batch size", async () => {
    const cloud = await aWokenWorker(witness);
    const { region, credentials, endpoints, outputs } = cloud;
    const sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs });
    for (let n = 0; n < 7; n += 1) {
      const delayed = { QueueUrl: outputs["Queue"], MessageBody: String(n), DelaySeconds: 30 };
      await sqs.send(new SendMessageCommand(delayed));
    }
    cloud.queues.advance(31);
    await cloud.settled();
    expect(invocations(cloud).map(({ Records }) => Records.length)).toEqual([5, 2]);
  });

  test("the messages of a failed invocation come again, and go to the dead letters at last", async () => {
    const cloud = await aWokenWorker(`export const handler = async () => { throw new Error("as asked"); };`);
    await send(cloud, "a", "b");
    await cloud.settled();
    expect(cloud.queues.counts("Queue")).toMatchObject({ inFlight: 2 });
    cloud.queues.advance(30);
    await cloud.settled();
    cloud.queues.advance(30);
    await cloud.settled();
    expect(cloud.queues.counts("Queue")).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(cloud.queues.counts("Dead")).toMatchObject({ visible: 2 });
  });

  test("with ReportBatchItemFailures only the named messages come again", async () => {
    const picky = `export const handler = async (event) => {
      console.info(JSON.stringify(event));
      const bad = event.Records.filter(({ body }) => body === "bad");
      return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    };`;
    const cloud = await aWokenWorker(picky, partial);
    await send(cloud, "good", "bad", "fine");
    await cloud.settled();
    expect(cloud.queues.counts("Queue")).toMatchObject({ inFlight: 1 });
    cloud.queues.advance(30);
    await cloud.settled();
    expect(
      invocations(cloud)
        .at(-1)
        ?.Records.map(({ body }) => body),
    ).toEqual(["bad"]);
  });

  test("a report that names an unknown message fails the whole batch", async () => {
    const wrong = `export const handler = async () => ({ batchItemFailures: [{ itemIdentifier: "nobody" }] });`;
    const cloud = await aWokenWorker(wrong, partial);
    await send(cloud, "a", "b");
    await cloud.settled();
    expect(cloud.queues.counts("Queue")).toMatchObject({ inFlight: 2 });
  });

  test("without the option a report means nothing", async () => {
    const wrong = `export const handler = async () => ({ batchItemFailures: [{ itemIdentifier: "nobody" }] });`;
    const cloud = await aWokenWorker(wrong);
    await send(cloud, "a");
    await cloud.settled();
    expect(cloud.queues.counts("Queue")).toMatchObject({ inFlight: 0 });
  });

  test("a function that invokes itself through its queue is stopped after 16 times, as on Lambda", async () => {
    const endless = `
      import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
      const sqs = new SQSClient({});
      export const handler = async (event) => {
        console.info(JSON.stringify(event));
        await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE, MessageBody: "again" }));
      };`;
    const allows = [...mayPoll, ["sqs:SendMessage", { "Fn::GetAtt": ["Queue", "Arn"] }] as const];
    const cloud = await aWokenWorker(endless, {}, { allows, environment: { QUEUE: { Ref: "Queue" } } });
    await send(cloud, "first");
    await cloud.settled();
    expect(invocations(cloud)).toHaveLength(16);
    expect(cloud.queues.counts("Dead")).toMatchObject({ visible: 1 });
    expect(cloud.logs.findLast(({ source }) => source === "cloud")?.text).toBe(
      "recursive loop: worker has invoked itself 16 times; Lambda stops here",
    );
  });

  test("the cloud does not start if the function may not poll the queue", async () => {
    await expect(aWokenWorker(witness, {}, { allows: mayPoll.slice(1) })).rejects.toThrow(
      "Mapping: worker may not sqs:ReceiveMessage on arn:aws:sqs:us-east-1:000000000000:Fixture-Queue; grant it in the construct",
    );
  });
});
