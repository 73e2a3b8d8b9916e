// The JSON protocol of SQS with its limits and errors.
import { type ApiRequest, type ApiResponse, type AwsService, ServiceError } from "../service.ts";
import { isObject, type Json, type JsonObject, listAt, parseObject, textAt } from "../../json.ts";
import { chainOf } from "../../lambda/trace.ts";
import type { Queue, QueueMessage } from "./queue.ts";

/** The service in front of the queues. */
export function createSqsApi(queues: readonly Queue[]): AwsService {
  return {
    plan: ({ operation, body, headers }: ApiRequest) => {
      const input = parseObject(body.toString("utf8")) ?? {};
      const run = operations[operation];
      if (run === undefined) {
        throw new ServiceError("UnknownOperationException", `the local cloud does not know ${operation} of SQS`);
      }
      const queue = queues.find(({ spec }) =>
        operation === "GetQueueUrl" ? spec.name === input["QueueName"] : spec.url === input["QueueUrl"],
      );
      if (queue === undefined) throw new ServiceError("QueueDoesNotExist", "The specified queue does not exist.");
      return {
        action: `sqs:${operation.replace("Batch", "")}`, // a batch needs the permission of its single operation
        resources: [queue.spec.arn],
        names: queue.spec.logicalId,
        run: async () => toResponse(await run(queue, input, chainOf(headers["x-amzn-trace-id"]))),
      };
    },
    refuse: ({ code, message, status }) => ({
      ...toResponse({ __type: `com.amazonaws.sqs#${code}`, message }, status),
      headers: { "Content-Type": CONTENT_TYPE, "x-amzn-query-error": `${queryCodes[code] ?? code};Sender` },
    }),
  };
}

/** @param chain invocations that led to this request */
type Operation = (queue: Queue, input: JsonObject, chain: number) => JsonObject | Promise<JsonObject>;

const operations: Readonly<Record<string, Operation>> = {
  GetQueueUrl: ({ spec }) => ({ QueueUrl: spec.url }),
  GetQueueAttributes: (queue) => ({ Attributes: attributesOf(queue) }),

  SendMessage: send,
  SendMessageBatch: (queue, input, chain) => {
    const entries = entriesOf(input);
    const total = entries.reduce((sum, entry) => sum + Buffer.byteLength(textAt(entry, "MessageBody") ?? ""), 0);
    if (total > MAX_BYTES) {
      const message = `Batch requests cannot be longer than ${MAX_BYTES} bytes. You have sent ${total} bytes.`;
      throw new ServiceError("BatchRequestTooLong", message);
    }
    return eachEntry(entries, (entry) => send(queue, entry, chain));
  },

  ReceiveMessage: async (queue, input) => {
    const max = whole(input, "MaxNumberOfMessages", 1, 10) ?? 1;
    const waitSeconds = whole(input, "WaitTimeSeconds", 0, 20) ?? 0;
    const messages = await queue.receive(max, waitSeconds * 1000, whole(input, "VisibilityTimeout", 0, 43_200));
    const wanted = [...listAt(input, "AttributeNames"), ...listAt(input, "MessageSystemAttributeNames")];
    return messages.length ? { Messages: messages.map((message) => toMessage(message, wanted)) } : {};
  },

  DeleteMessage: remove,
  DeleteMessageBatch: (queue, input) => eachEntry(entriesOf(input), (entry) => remove(queue, entry)),

  ChangeMessageVisibility: changeVisibility,
  ChangeMessageVisibilityBatch: (queue, input) => {
    return eachEntry(entriesOf(input), (entry) => changeVisibility(queue, entry));
  },
};

function send(queue: Queue, input: JsonObject, chain: number): JsonObject {
  const body = input["MessageBody"];
  if (typeof body !== "string" || body === "") {
    throw new ServiceError("MissingParameter", `The request must contain the parameter MessageBody.`);
  }
  if (Buffer.byteLength(body) > MAX_BYTES) {
    throw invalid(`One or more parameters are invalid. Reason: Message must be shorter than ${MAX_BYTES} bytes.`);
  }
  if (NOT_ALLOWED.test(body)) {
    throw new ServiceError(
      "InvalidMessageContents",
      "Invalid characters found: only #x9, #xA, #xD and #x20 up are allowed.",
    );
  }
  for (const unsupported of ["MessageAttributes", "MessageGroupId", "MessageDeduplicationId"]) {
    if (unsupported in input) throw invalid(`The local cloud does not know the parameter ${unsupported}.`);
  }
  const { messageId, md5 } = queue.send(body, whole(input, "DelaySeconds", 0, 900), chain);
  return { MessageId: messageId, MD5OfMessageBody: md5 };
}

function remove(queue: Queue, input: JsonObject): JsonObject {
  if (queue.delete(textAt(input, "ReceiptHandle") ?? "")) return {};
  throw new ServiceError("ReceiptHandleIsInvalid", "The input receipt handle is invalid.");
}

function changeVisibility(queue: Queue, input: JsonObject): JsonObject {
  const seconds = whole(input, "VisibilityTimeout", 0, 43_200);
  if (seconds === undefined) throw new ServiceError("MissingParameter", "The request must contain VisibilityTimeout.");
  if (queue.changeVisibility(textAt(input, "ReceiptHandle") ?? "", seconds)) return {};
  throw invalid("Reason: Message does not exist or is not available for visibility timeout change.");
}

/** The entries of a batch request, checked as a whole: SQS refuses the request if this fails. */
function entriesOf(input: JsonObject): readonly JsonObject[] {
  const entries = listAt(input, "Entries").filter(isObject);
  if (entries.length === 0)
    throw new ServiceError("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (entries.length > 10) {
    const message = `Maximum number of entries per request are 10. You have sent ${entries.length}.`;
    throw new ServiceError("TooManyEntriesInBatchRequest", message);
  }
  const ids = entries.map((entry) => textAt(entry, "Id") ?? "");
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw new ServiceError("BatchEntryIdsNotDistinct", `Id ${repeated} repeated.`);
  return entries;
}

/** Each entry succeeds or fails on its own. */
function eachEntry(entries: readonly JsonObject[], run: (entry: JsonObject) => JsonObject): JsonObject {
  const Successful: JsonObject[] = [];
  const Failed: JsonObject[] = [];
  for (const entry of entries) {
    const Id = textAt(entry, "Id") ?? "";
    try {
      Successful.push({ Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Failed.push({ Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, ...(Failed.length ? { Failed } : {}) };
}

function attributesOf(queue: Queue): JsonObject {
  const { visible, inFlight, delayed } = queue.counts();
  const { arn, delaySeconds, visibilityTimeoutSeconds, retentionSeconds, redrive } = queue.spec;
  return {
    QueueArn: arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    DelaySeconds: String(delaySeconds),
    VisibilityTimeout: String(visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(retentionSeconds),
    ...(redrive
      ? {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: redrive.targetArn,
            maxReceiveCount: redrive.maxReceiveCount,
          }),
        }
      : {}),
  };
}

/** System attributes of a received message, as receivers and Lambda's event source get them. */
export function systemAttributes({
  receiveCount,
  sentAt,
  firstReceivedAt,
}: QueueMessage): Readonly<Record<string, string>> {
  return {
    ApproximateReceiveCount: String(receiveCount),
    SentTimestamp: String(Math.floor(sentAt)),
    SenderId: "AIDALOCALCLOUD",
    ApproximateFirstReceiveTimestamp: String(Math.floor(firstReceivedAt)),
  };
}

function toMessage(received: QueueMessage, wanted: readonly Json[]): JsonObject {
  const all = Object.entries(systemAttributes(received));
  const chosen = wanted.includes("All") ? all : all.filter(([name]) => wanted.includes(name));
  const { messageId, receiptHandle, body, md5 } = received;
  return {
    MessageId: messageId,
    ReceiptHandle: receiptHandle,
    Body: body,
    MD5OfBody: md5,
    ...(chosen.length ? { Attributes: Object.fromEntries(chosen) } : {}),
  };
}

/** A whole number within limits, or nothing if it is not given. */
function whole(input: JsonObject, name: string, min: number, max: number): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  const reason =
    name === "DelaySeconds"
      ? "DelaySeconds must be >= 0 and <= 900."
      : `Must be between ${min} and ${max}, if provided.`;
  throw invalid(`Value ${textAt(input, name)} for parameter ${name} is invalid. Reason: ${reason}`);
}

const invalid = (message: string): ServiceError => new ServiceError("InvalidParameterValue", message);

function toResponse(body: JsonObject, status = 200): ApiResponse {
  return { status, headers: { "Content-Type": CONTENT_TYPE }, body: JSON.stringify(body) };
}

const CONTENT_TYPE = "application/x-amz-json-1.0";

/** A message, and all messages of a batch together. */
const MAX_BYTES = 1_048_576;

/** SQS refuses characters that XML cannot hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters in question
const NOT_ALLOWED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** Names of the older query protocol, which SDKs still show. */
const queryCodes: Readonly<Record<string, string>> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  AccessDeniedException: "AccessDenied",
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
};
