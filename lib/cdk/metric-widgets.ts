// Widgets of the metrics that are made of the log (`records: { metrics }`).
import { GraphWidget, type IMetric, type IWidget, MathExpression, Stats, TextWidget } from "aws-cdk-lib/aws-cloudwatch";
import { Duration } from "aws-cdk-lib/core";
import type { MetricName } from "../operations/records/measures.ts";
import type { CallRecords } from "./call-records.ts";

/** Rows of a dashboard, below a heading. */
export function metricRows(records: CallRecords): IWidget[][] {
  const counts = (...names: readonly MetricName[]) => names.map((name) => records.metric(name, { label: name }));
  const percentiles = (name: MetricName) =>
    [50, 95].map((p) => records.metric(name, { statistic: Stats.percentile(p), label: `p${p}` }));
  return [
    [new TextWidget({ markdown: "## Metrics of the log", width: 24, height: 1 })],
    [
      graph("Calls", counts("CallsAttempted", "CallsAnswered", "CallsEnded")),
      graph("Answer-seizure ratio, in percent", [answerSeizureRatio(records)]),
      graph("Failed calls by class", counts("CallsFailed3xx", "CallsFailed4xx", "CallsFailed5xx", "CallsFailed6xx")),
    ],
    [
      graph("Post-dial delay in milliseconds", percentiles("PostDialDelay")),
      graph("Setup time in milliseconds", percentiles("SetupTime")),
      graph("Registrations", counts("RegistrationsAdded", "RegistrationsRemoved", "FlowsClosed", "DeadFlows")),
    ],
    [
      graph("Refused logins and handshakes", counts("FailedLogins", "LockedLogins", "RefusedHandshakes")),
      graph("Timers", counts("TimersFired", "TimersStale")),
      graph("Repeated work", counts("WriteConflicts", "ThrottledCalls")),
    ],
  ];
}

/** Answered calls in a hundred (ITU-T E.411). */
function answerSeizureRatio(records: CallRecords): MathExpression {
  return new MathExpression({
    expression: "100 * answered / attempted",
    usingMetrics: { answered: records.metric("CallsAnswered"), attempted: records.metric("CallsAttempted") },
    label: "answered of a hundred",
    period: Duration.minutes(5),
  });
}

function graph(title: string, left: readonly IMetric[]): IWidget {
  return new GraphWidget({ width: 8, height: 6, title, left: [...left], leftYAxis: { min: 0 } });
}
