// The deployment that a command works on: a stack on AWS, or the local cloud of this machine.
import type { AlarmFacts } from "../aws/client/alarms.ts";
import type { Connections } from "../aws/client/api-gateway.ts";
import type { Concurrency } from "../aws/client/concurrency.ts";
import type { DynamoDBClient } from "../aws/client/dynamodb.ts";
import type { LogLine } from "../operations/line.ts";
import { CommandError } from "./command-error.ts";
import type { LogSearch } from "./log-search.ts";

type TableName = "subscribers" | "registrations" | "transactions" | "flows" | "messages" | "events";

export interface Deployment {
  /** For messages: `stack SipStack in eu-central-1`. */
  readonly name: string;
  /** URL of the WebSocket. */
  readonly url: string;
  /** Served domains; the first is that of users without one. */
  readonly domains: readonly string[];
  readonly tables: Readonly<Record<TableName, string>>;
  /** Undefined for a deployment that does not say it. */
  readonly calls: "tracked" | "stateless" | undefined;
  /** Table of the call records, where the deployment has one. */
  readonly callsTable: string | undefined;
  readonly db: DynamoDBClient;
  connections(): Promise<Connections>;
  /** Gives an order to the functions, as the body of a due timer. */
  wake(order: string): Promise<void>;
  /** Oldest first. */
  log(search: LogSearch): Promise<readonly LogLine[]>;
  /** Lines as they are written, until the signal aborts. @param from epoch milliseconds; default now */
  follow(signal: AbortSignal, from?: number): AsyncIterable<LogLine>;
  /** Text of the secret that signs tickets. */
  signingSecret(): Promise<string>;
  /**
   * Text of the secret of the VAPID keys, how a push service reaches the operator, and the seconds that a phone can be woken
   * after the end of its registration.
   */
  push(): Promise<{ readonly secret: string; readonly subject: string; readonly keepSeconds: number }>;
  /** Undefined for the local cloud. */
  readonly account?: Account;
}

/** Facts about the AWS account. */
export interface Account {
  concurrency(): Promise<Concurrency>;
  /** Those of the stack. */
  alarms(): Promise<readonly AlarmFacts[]>;
}

export interface Where {
  readonly local?: string | true;
  readonly stack?: string;
  readonly region?: string;
  /** Domains, for a stack without the output `Domain`. */
  readonly domain?: string;
}

/** The default name of the app's stack. */
const DEFAULT_STACK = "SipStack";
const DEFAULT_LOCAL = "http://localhost:8080";

/** Loads the clients of this kind of deployment alone, because each client of the SDK takes long to load. */
export async function findDeployment({ local, stack, region, domain }: Where): Promise<Deployment> {
  if (local !== undefined && (stack !== undefined || region !== undefined)) {
    throw new CommandError("Give either --local or --stack and --region.", 2);
  }
  if (local === undefined) {
    const { onAws } = await import("./stack-deployment.ts");
    return onAws(stack ?? DEFAULT_STACK, region, domain);
  }
  const { onThisMachine } = await import("./local-deployment.ts");
  return onThisMachine(local === true ? DEFAULT_LOCAL : local);
}
