// Props about operation: alarms, retention, logs, memory, encryption.
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IEventBus } from "aws-cdk-lib/aws-events";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { RemovalPolicy } from "aws-cdk-lib/core";
import type { FunctionName } from "../function-defaults.ts";

/** Memory and warm environments of one function. */
export interface FunctionSize {
  /**
   * Memory, and with it CPU, in MB.
   * @default - 512 for authorize, default and timers; 256 for the others
   * @example 1024
   */
  readonly memoryMegabytes?: number;
  /**
   * Execution environments that are kept warm, for about $4 a month each at 512 MB.
   * @default - none
   * @example 2
   */
  readonly provisionedConcurrency?: number;
}

/** Products of the log lines, made beside the path of the messages. */
export interface RecordProps {
  /**
   * Days that a call stays in the table.
   * @default 90
   * @example 30
   */
  readonly days?: number;
  /**
   * Metrics in CloudWatch, which bills $0.30 a month for each: in total, or for each domain too.
   * @default - none
   * @example "total"
   */
  readonly metrics?: "total" | "by domain";
  /**
   * Bus that gets `registration.changed`, `call.started`, `call.ringing`, `call.answered` and `call.ended`.
   * @default - no events
   * @example EventBus.fromEventBusName(this, "Bus", "default")
   */
  readonly eventBus?: Pick<IEventBus, "eventBusName" | "grantPutEventsTo">;
}

/** Level of the logs: `ERROR` leaves out refusals, `WARN` leaves out successful requests. */
export type LogLevel = "INFO" | "WARN" | "ERROR";

export interface OperationProps {
  /**
   * Topic that the alarms notify.
   * @default - the alarms exist and notify no topic
   * @example Topic.fromTopicArn(this, "Pager", "arn:aws:sns:eu-central-1:111122223333:pager")
   */
  readonly alarmTopic?: ITopic;
  /**
   * Address that gets the alarms by mail. AWS asks it for a confirmation once.
   * @default - no mail
   * @example "ops@example.com"
   */
  readonly alarmEmail?: string;
  /**
   * A dashboard of CloudWatch: calls, final responses, refusals, failed logins, load and latency. AWS bills $3 a month for it
   * beyond the first three of an account, and its queries by the bytes of log that they search. `"live"` adds a widget with the
   * registered phones and the calls, each with its messages; a function reads the log and the registrations for it.
   * @default false
   * @example "live"
   */
  readonly dashboard?: boolean | "live";
  /**
   * Call records in a table, with metrics and events if they are named. A function makes them of the log lines, some
   * seconds later; calls are neither slower nor dearer, the records cost as much as docs/cost.md says. Needs
   * `logLevel: "INFO"` and every call in the log.
   * @default - calls are in the log alone
   * @example { days: 90, metrics: "total" }
   */
  readonly records?: RecordProps;
  /**
   * Whether the table of subscribers outlives the stack. `DESTROY` also switches its deletion protection off.
   * @default RemovalPolicy.RETAIN
   * @example RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * How long logs are kept.
   * @default RetentionDays.ONE_MONTH
   * @example RetentionDays.ONE_WEEK
   */
  readonly logRetention?: RetentionDays;
  /**
   * The least level that functions write. The alarms count lines of level ERROR, which are always written.
   * @default "INFO"
   * @example "WARN"
   */
  readonly logLevel?: LogLevel;
  /**
   * Share of the calls that is logged, 0 to 1: all lines of a call, or none. Refusals and errors are always written.
   * @default 1
   * @example 0.1
   */
  readonly logShare?: number;
  /**
   * X-Ray traces of the functions.
   * @default false
   * @example true
   */
  readonly tracing?: boolean;
  /**
   * Memory and provisioned concurrency of single functions.
   * @default - see `FunctionSize`
   * @example { default: { memoryMegabytes: 1024, provisionedConcurrency: 2 } }
   */
  readonly functions?: Partial<Readonly<Record<FunctionName, FunctionSize>>>;
  /**
   * KMS key for tables, queues, the signing secret, logs and the functions' environment. Costs $1 a month and a request
   * to KMS for part of the reads. The stack must name its Region (`env`).
   * @default - keys that AWS owns or manages
   * @example new Key(this, "Key", { enableKeyRotation: true })
   */
  readonly encryptionKey?: IKey;
  /**
   * Prefix of the tables' names: `phones` gives `phones-subscribers`, `phones-registrations` and so on. A retained table
   * keeps its name, so a stack that is created again must import it first.
   * @default - names that CloudFormation makes
   * @example "phones"
   */
  readonly tablePrefix?: string;
  /**
   * Days after which the signing secret gets a new key.
   * @default 30
   * @example 7
   */
  readonly rotationDays?: number;
}
