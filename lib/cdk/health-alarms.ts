import { type Alarm, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { FilterPattern, type ILogGroup } from "aws-cdk-lib/aws-logs";
import { Duration, Names } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { METRIC_NAMESPACE } from "../operations/records/measures.ts";
import { alarmOf } from "./failure-alarms.ts";

interface HealthAlarmsProps {
  /** The function that takes messages: a phone waits for its answer. */
  readonly message: IFunction;
  /** The log of that function. */
  readonly messageLog: ILogGroup;
}

/** Signs of trouble in which nothing has failed yet. */
export class HealthAlarms extends Construct {
  /** Messages that Lambda refused for want of concurrency. */
  readonly throttles: Metric;
  /** Logins that were refused by a lock. */
  readonly lockedLogins: Metric;
  readonly throttled: Alarm;
  readonly slow: Alarm;
  readonly guessing: Alarm;

  constructor(scope: Construct, id: string, { message, messageLog }: HealthAlarmsProps) {
    super(scope, id);
    const counted = { statistic: Stats.SUM, period: Duration.minutes(5) };
    this.throttles = message.metricThrottles(counted);
    this.throttled = alarmOf(this, "Throttled", this.throttles, "Lambda has refused messages for want of concurrency");

    const duration = message.metricDuration({ statistic: Stats.percentile(99), period: counted.period });
    this.slow = alarmOf(
      this,
      "Slow",
      duration,
      "One message in a hundred takes the SIP signaling two seconds or more",
      {
        threshold: SLOW_MILLISECONDS,
        evaluationPeriods: 3,
      },
    );

    const name = {
      metricNamespace: METRIC_NAMESPACE,
      metricName: `LockedLogins-${Names.uniqueResourceName(this, {})}`,
    };
    messageLog.addMetricFilter("LockedLogins", { ...name, filterPattern: LOCKED_LOGIN });
    this.lockedLogins = new Metric({ namespace: name.metricNamespace, metricName: name.metricName, ...counted });
    this.guessing = alarmOf(this, "Guessing", this.lockedLogins, "Passwords are being guessed", {
      threshold: MANY_LOCKED_LOGINS,
    });
  }
}

/** A phone repeats nothing on a WebSocket, so its user waits for this time. */
const SLOW_MILLISECONDS = 2000;
/** Of one forgotten phone come at most ten in five minutes: it tries every 32 s. */
const MANY_LOCKED_LOGINS = 50;

const LOCKED_LOGIN = FilterPattern.stringValue("$.reason", "=", "login-locked");
