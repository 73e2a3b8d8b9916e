import { type Alarm, ComparisonOperator, Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, type ILogGroup } from "aws-cdk-lib/aws-logs";
import { Duration, Names } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { SipWebSocketApi } from "./web-socket-api.ts";

interface FailureAlarmsProps {
  /** Where the functions write; what goes wrong in one is a line of level ERROR. */
  readonly logGroups: readonly ILogGroup[];
  readonly api: SipWebSocketApi;
}

/**
 * A function catches what goes wrong and answers 500, so that Lambda counts no error: the log does. What ends a function
 * from outside, such as its timeout, leaves no line of ours, and API Gateway counts it.
 */
export class FailureAlarms extends Construct {
  /** A function met what it should not: a call to AWS that failed, an issuer that is down, a rotation that was refused. */
  readonly failures: Alarm;
  /** A function did not come to its end. */
  readonly broken: Alarm;

  constructor(scope: Construct, id: string, { logGroups, api }: FailureAlarmsProps) {
    super(scope, id);
    const name = { metricNamespace: "SipSignaling", metricName: `Failures-${Names.uniqueResourceName(this, {})}` };
    for (const logGroup of logGroups) logGroup.addMetricFilter("Failures", { ...name, filterPattern: ERROR_LINE });
    const counted = { statistic: "Sum", period: Duration.minutes(5) };
    const failures = new Metric({ namespace: name.metricNamespace, metricName: name.metricName, ...counted });
    this.failures = alarm(this, "Failures", failures, "A function of the SIP signaling wrote an error into its log");
    const broken = api.stage.metric("IntegrationError", counted);
    this.broken = alarm(this, "Broken", broken, "A function of the SIP signaling broke off or ran out of time");
  }
}

/** As `lib/aws/log.ts` writes it. What clients say cannot look like that: its quotation marks are escaped in JSON. */
const ERROR_LINE = FilterPattern.literal(String.raw`"\"level\":\"ERROR\""`);

function alarm(scope: Construct, id: string, metric: Metric, alarmDescription: string): Alarm {
  return metric.createAlarm(scope, id, {
    alarmDescription,
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
