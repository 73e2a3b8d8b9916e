// The environment of the Lambdas: the construct writes these variables, `create-signaling.ts` reads them.

/** Variables beside those of the tables (`dynamodb/schema.ts`). */
export const variables = {
  /** URL of the standard queue that carries the timers. */
  timerQueueUrl: "TIMER_QUEUE_URL",
  /** Id or ARN of the secret with the signing keys: JSON `{"current": "<random>", "previous"?: "<random>"}`. */
  signingSecret: "SIGNING_SECRET",
  /** `https://…` endpoint of `@connections` (CDK's `stage.callbackUrl`). */
  callbackUrl: "CALLBACK_URL",
  /** Domains we are responsible for, separated by commas; the first is the realm. */
  domains: "SIP_DOMAINS",
  /** JSON of the deployment's `Settings`, what differs from the default only. */
  settings: "SIP_SETTINGS",
  /** Origins a browser may connect from, separated by commas; absent: any. */
  origins: "ALLOWED_ORIGINS",
} as const;
