// The one call to SQS: a message that comes back after a delay.
import { hash } from "node:crypto";
import {
  SendMessageCommand,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  SQSClient,
  type SQSClientConfig,
} from "@aws-sdk/client-sqs";
import { jsonRequest, objectIn } from "./json-rpc.ts";
import { type Dialect, lean } from "./lean.ts";
import { requestHandler } from "./request-handler.ts";
import { createRetries } from "./retries.ts";
import type { Exchange } from "./transport.ts";

/** Sends a text to a queue, whole seconds late. Rejects with the SDK's error. */
export type SendMessage = (queueUrl: string, text: string, delaySeconds: number) => Promise<void>;

const ATTEMPTS = 3;

export function openQueues(config: SQSClientConfig = {}, send?: Exchange): SendMessage {
  const client = leanSqs(config, send);
  return async (queueUrl, text, delaySeconds) => {
    const input = { QueueUrl: queueUrl, MessageBody: text, DelaySeconds: delaySeconds };
    await client.send(new SendMessageCommand(input));
  };
}

export function leanSqs(config: SQSClientConfig = {}, send?: Exchange): SQSClient {
  const retries = createRetries(ATTEMPTS);
  const client = new SQSClient({ cacheMiddleware: true, requestHandler, retryStrategy: retries, ...config });
  const toWire = jsonRequest("AmazonSQS", "1.0");
  const dialect: Dialect<ServiceInputTypes, ServiceOutputTypes> = {
    service: "sqs",
    retries,
    /** As the SDK does it: a queue is asked at the host of its URL. */
    endpoint: (input) =>
      Promise.resolve(new URL("QueueUrl" in input && input.QueueUrl ? new URL(input.QueueUrl).origin : "")),
    write(operation, input) {
      if (operation !== "SendMessage") return undefined;
      const wire = toWire(operation, input);
      return { ...wire, headers: { ...wire.headers, "x-amzn-query-mode": "true" } }; // errors with the names of old
    },
    read(answer, input, $metadata) {
      const body = answer.status === 200 ? objectIn(answer) : undefined;
      return body !== undefined && isIntact(body, input) ? { $metadata, ...body } : undefined;
    },
  };
  return lean<ServiceInputTypes, ServiceOutputTypes, SQSClient>(client, dialect, send);
}

/** SQS answers the MD5 of the stored body. A wrong one is left to the SDK, which throws an InvalidChecksumError. */
function isIntact(answer: object, input: ServiceInputTypes): boolean {
  const sent = "MessageBody" in input ? (input.MessageBody ?? "") : "";
  return "MD5OfMessageBody" in answer && answer.MD5OfMessageBody === hash("md5", sent, "hex");
}
