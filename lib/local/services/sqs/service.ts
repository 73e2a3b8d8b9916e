// SQS: the queues of the stack, in memory, on a clock that a test can move.
import type { EmulatedService, RunningService } from "../service.ts";
import { createSqsApi } from "./api.ts";
import { createQueues, type Queues } from "./queues.ts";
import { queueResources, readQueues } from "./spec.ts";

export interface RunningSqs extends RunningService {
  readonly queues: Queues;
}

export const sqs: EmulatedService<RunningSqs> = {
  signingName: "sqs",
  targetPrefix: "AmazonSQS",
  endpointVariable: "AWS_ENDPOINT_URL_SQS",
  resources: queueResources,
  start: ({ stack }) => {
    const queues = createQueues(readQueues(stack));
    const close = (): Promise<void> => Promise.resolve(queues.close());
    return Promise.resolve({ api: createSqsApi(queues.all), queues, close });
  },
};
