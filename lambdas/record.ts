import middy from "@middy/core";
import { observed } from "../lib/aws/middleware.ts";
import { createRecorder } from "../lib/aws/records/create-recorder.ts";
import type { SubscriptionEvent } from "../lib/aws/records/log-batch.ts";

const recorder = createRecorder(process.env);

/** Lines that the other functions wrote, as CloudWatch Logs delivers them. */
export const handler = middy<SubscriptionEvent, void>()
  .use(observed<SubscriptionEvent, void>("record"))
  .handler(recorder);
