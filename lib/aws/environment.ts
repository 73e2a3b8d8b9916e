// The environment of the Lambdas: the construct writes these variables, the functions read them (those with JSON by
// `settings.ts`).
import { MissingVariableError } from "../errors.ts";

/** Variables beside those of the tables (`dynamodb/schema.ts`). */
export const variables = {
  /** URL of the standard queue that carries the timers. */
  timerQueueUrl: "TIMER_QUEUE_URL",
  /** Id or ARN of the secret with the signing keys: see `secrets-manager/signing-secret.ts`. */
  signingSecret: "SIGNING_SECRET",
  /** `https://…` endpoint of `@connections` (CDK's `stage.callbackUrl`). */
  callbackUrl: "CALLBACK_URL",
  /** Domains that this deployment serves, separated by commas; the first is the server's own name. */
  domains: "SIP_DOMAINS",
  /** JSON of the deployment's `Settings`, differences from the default only. */
  settings: "SIP_SETTINGS",
  /** Origins a browser may connect from, separated by commas; absent: none (`api-gateway/origins.ts`). */
  origins: "ALLOWED_ORIGINS",
  /** Seconds within which a connection must log in; absent where the authorizer asks for tokens. */
  loginSeconds: "LOGIN_SECONDS",
  /** JSON of the deployment's `TokenSettings`, for the function that takes tokens: `authorize`, or `default`. */
  tokens: "TOKENS",
  /** JSON of the deployment's `TurnSettings`, where it has TURN servers: `default` only. */
  turn: "TURN",
  /** Id or ARN of the secret that is shared with them: see `secrets-manager/turn-secret.ts`. */
  turnSecret: "TURN_SECRET",
  /** `sub` of the VAPID token, where devices are woken by push: `default` and `timers`. */
  pushSubject: "PUSH_SUBJECT",
  /** Id or ARN of the secret that the VAPID keys are derived from: see `web-push/vapid-keys.ts`. */
  pushSecret: "PUSH_SECRET",
  /** JSON list of ARNs: secrets with the bearer tokens of HTTP callees. */
  httpSecrets: "HTTP_SECRETS",
  /** File with certificates in PEM. Only the local cloud sets it: HTTP callees may then be on this machine. */
  httpLocalCertificates: "HTTP_LOCAL_CERTIFICATES",
  /** The share of calls to log, 0 to 1; absent: every call. */
  logShare: "LOG_SHARE",
  /** Table of call records, and the days that a record is kept: `record` only. */
  callsTable: "CALLS_TABLE",
  recordDays: "RECORD_DAYS",
  /** Name of the bus for events; absent: no events. */
  eventBus: "EVENT_BUS",
  /** `total` or `by domain`; absent: no metrics. */
  metrics: "METRICS",
  /** Names of the log groups that are searched, separated by commas: `widget` only. */
  logGroups: "LOG_GROUPS",
  /** Name of the deployment among the dimensions of its metrics. */
  metricsService: "METRICS_SERVICE",
} as const;

/** The package web-push, beside the code of a function that sends pushes. */
export const WEB_PUSH_FILE = "web-push.cjs";

export function required(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (value !== undefined && value !== "") return value;
  throw new MissingVariableError(`environment variable ${name} is not set`);
}

/** Without the variable no origin is allowed (fail closed). */
export function readAllowedOrigins(environment: NodeJS.ProcessEnv): readonly string[] {
  return environment[variables.origins]?.split(",") ?? [];
}

/** In lower case; the first is the name of this server. */
export function readDomains(environment: NodeJS.ProcessEnv): readonly string[] {
  return required(environment, variables.domains).toLowerCase().split(",");
}
