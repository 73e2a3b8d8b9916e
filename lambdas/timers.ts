import middy from "@middy/core";
import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { createSignalingOnAws } from "../lib/aws/create-signaling.ts";
import { observed } from "../lib/aws/middleware.ts";
import { parseTimer } from "../lib/aws/sqs/timers.ts";
import { log } from "../lib/aws/log.ts";

const signaling = createSignalingOnAws(process.env);
await signaling.warmUp();

/** Timers come back from the queue; one that fails is delivered again by itself (partial batch response). */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(observed<SQSEvent, SQSBatchResponse>("timers"))
  .handler(async ({ Records }) => {
    const settled = await Promise.allSettled(Records.map(async ({ body }) => signaling.timerDue(parseTimer(body))));
    const batchItemFailures: SQSBatchItemFailure[] = [];
    settled.forEach((result, index) => {
      const record = Records[index];
      if (result.status === "fulfilled" || record === undefined) return;
      const context = /"context":"([^"]{1,100})"/.exec(record.body)?.[1]; // the body holds the INVITE too
      log.error("timer failed", { error: result.reason, context, messageId: record.messageId });
      batchItemFailures.push({ itemIdentifier: record.messageId });
    });
    return { batchItemFailures };
  });
