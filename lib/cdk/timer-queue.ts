import { type Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { variables } from "../aws/environment.ts";
import type { SignalingFunction } from "./functions.ts";

/** With the visibility below, five attempts take two and a half minutes, and with HTTP callees 14. */
const ATTEMPTS = 5;

/** The timers of the transactions. A standard queue, because a FIFO queue has no delay per message. */
export class TimerQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** A timer failed every attempt: a call may have been left without a final response. */
  readonly alarm: Alarm;

  /** @param timeout of the function that the timers wake */
  constructor(scope: Construct, id: string, timeout: Duration, encryptionKey?: IKey) {
    super(scope, id);
    const common = {
      encryption: encryptionKey ? QueueEncryption.KMS : QueueEncryption.SQS_MANAGED,
      ...(encryptionKey && { encryptionMasterKey: encryptionKey }),
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
    };
    this.deadLetters = new Queue(this, "DeadLetters", { ...common, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, "Queue", {
      ...common,
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()), // a failed timer comes again; AWS asks for six times
      retentionPeriod: Duration.hours(1), // the longest delay and all attempts fit in; its state is gone by then
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: ATTEMPTS },
    });
    this.alarm = this.deadLetters
      .metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: "Maximum" })
      .createAlarm(this, "DeadLettersAlarm", {
        alarmDescription: "SIP timers that failed every attempt wait in the dead-letter queue",
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
  }

  serve({ fn, access }: SignalingFunction): void {
    fn.addEnvironment(variables.timerQueueUrl, this.queue.queueUrl);
    if (access.setsTimers) this.queue.grant(fn, "sqs:SendMessage");
  }

  /** Brings due timers to the function, at once: a batching window would only make them late. */
  wake({ target }: SignalingFunction): void {
    target.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: 10,
        maxBatchingWindow: Duration.seconds(0),
        reportBatchItemFailures: true,
      }),
    );
  }
}
