// The deployment that a command works on: a stack on AWS, or the local cloud of this machine.
import type { AlarmFacts } from "../aws/client/alarms.ts";
import type { Connections } from "../aws/client/api-gateway.ts";
import type { Concurrency } from "../aws/client/concurrency.ts";
import type { DynamoDBClient } from "../aws/client/dynamodb.ts";
import type { TableName } from "../aws/dynamodb/schema.ts";
import type { LogLine } from "../operations/line.ts";
import type { LogSearch } from "./log-search.ts";

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
