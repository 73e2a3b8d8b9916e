import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, type ILogGroup } from "aws-cdk-lib/aws-logs";
import { Duration, Names } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { METRIC_NAMESPACE } from "../operations/records/measures.ts";
import type { SipWebSocketApi } from "./web-socket-api.ts";

interface FailureAlarmsProps {
  /** The functions' log groups; a failure is a line of level ERROR. */
  readonly logGroups: readonly ILogGroup[];
  readonly api: SipWebSocketApi;
}

/**
 * A function catches a failure and answers 500, so Lambda counts no error and the log does. A function that times out
 * leaves no line; API Gateway counts it.
 */
export class FailureAlarms extends Construct {
  /** Lines of level ERROR: a failed call to AWS, an issuer that is down, a failed rotation. */
  readonly metric: Metric;
  readonly failures: Alarm;
  /** A function timed out or crashed. */
  readonly broken: Alarm;

  constructor(scope: Construct, id: string, { logGroups, api }: FailureAlarmsProps) {
    super(scope, id);
    const name = { metricNamespace: METRIC_NAMESPACE, metricName: `Failures-${Names.uniqueResourceName(this, {})}` };
    for (const logGroup of logGroups) logGroup.addMetricFilter("Failures", { ...name, filterPattern: ERROR_LINE });
    const counted = { statistic: "Sum", period: Duration.minutes(5) };
    this.metric = new Metric({ namespace: name.metricNamespace, metricName: name.metricName, ...counted });
    this.failures = alarmOf(this, "Failures", this.metric, "A function of the SIP signaling logged an error");
    const broken = api.stage.metric("IntegrationError", counted);
    this.broken = alarmOf(this, "Broken", broken, "A function of the SIP signaling timed out or crashed");
  }
}

/** As `lib/aws/log.ts` writes it. Text of clients cannot match: JSON escapes its quotation marks. */
const ERROR_LINE = FilterPattern.literal(String.raw`"\"level\":\"ERROR\""`);

/** An alarm on a metric whose absence means that all is well. By default one value of 1 within the metric's period is enough. */
export function alarmOf(
  scope: Construct,
  id: string,
  metric: IMetric,
  alarmDescription: string,
  more: Partial<Pick<AlarmProps, "threshold" | "evaluationPeriods">> = {},
): Alarm {
  return new Alarm(scope, id, {
    metric,
    alarmDescription,
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    ...more,
  });
}
