// A dashboard of CloudWatch: calls and refusals out of the log, load and latency out of the metrics of the services.
import {
  CustomWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  Stats,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { CallRecords } from "./call-records.ts";
import { metricRows } from "./metric-widgets.ts";
import { queryText, type SavedQueryName } from "./saved-queries.ts";
import type { SipWebSocketApi } from "./web-socket-api.ts";

interface SignalingDashboardProps {
  readonly api: SipWebSocketApi;
  readonly logGroups: readonly ILogGroup[];
  /** By their names in the dashboard. */
  readonly functions: Readonly<Record<string, IFunction>>;
  readonly timers: IQueue;
  readonly deadLetters: IQueue;
  readonly throttles: IMetric;
  readonly failures: IMetric;
  readonly lockedLogins: IMetric;
  readonly records: CallRecords | undefined;
  /** The function that draws phones and calls. */
  readonly live: IFunction | undefined;
}

/**
 * Four rows: calls, phones, speed, trouble; above them, if it is wanted, the live widget. Queries of the log are billed when
 * the dashboard is looked at. Where the log is made into metrics, three rows of them follow.
 */
export class SignalingDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: SignalingDashboardProps) {
    super(scope, id);
    const { stage } = props.api;
    const period = Duration.minutes(5);
    const sum = { statistic: Stats.SUM, period };
    const query = queryOn(props.logGroups);
    const durations = Object.entries(props.functions).map(([label, fn]) =>
      fn.metricDuration({ statistic: Stats.percentile(99), period, label }),
    );
    this.dashboard = new Dashboard(this, "Dashboard", {
      defaultInterval: Duration.hours(12),
      widgets: [
        ...(props.live === undefined ? [] : [[liveWidget(props.live)]]),
        [new TextWidget({ markdown: "## Calls", width: 24, height: 1 })],
        [
          query("Calls by hour", LogQueryVisualizationType.BAR),
          query("Final responses", LogQueryVisualizationType.PIE),
          query("Refused requests", LogQueryVisualizationType.TABLE),
        ],
        [new TextWidget({ markdown: "## Phones", width: 24, height: 1 })],
        [
          graph("Connections that opened", [stage.metric("ConnectCount", sum)]),
          graph("Messages", [stage.metric("MessageCount", sum)]),
          query("Failed logins", LogQueryVisualizationType.TABLE),
        ],
        [new TextWidget({ markdown: "## Speed", width: 24, height: 1 })],
        [
          graph("Milliseconds of the functions, p99", durations),
          query("Slow messages", LogQueryVisualizationType.TABLE),
          graph("Age of the oldest timer, in seconds", [
            props.timers.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period }),
          ]),
        ],
        [new TextWidget({ markdown: "## Trouble", width: 24, height: 1 })],
        [
          graph("Failures", [props.failures, stage.metric("IntegrationError", sum)]),
          graph("Refused for want of concurrency, and locked logins", [props.throttles, props.lockedLogins]),
          graph("Timers that failed every attempt", [
            props.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period }),
          ]),
        ],
        ...(props.records?.hasMetrics === true ? metricRows(props.records) : []),
      ],
    });
  }
}

const SIZE = { width: 8, height: 6 };

/** CloudWatch invokes the function with the rights of the operator who looks at the dashboard, and asks for consent first. */
function liveWidget({ functionArn }: IFunction): IWidget {
  return new CustomWidget({ title: "Phones and calls", functionArn, width: 24, height: 9, updateOnResize: false });
}

function graph(title: string, left: readonly IMetric[]): IWidget {
  return new GraphWidget({ ...SIZE, title, left: [...left], leftYAxis: { min: 0 } });
}

function queryOn(logGroups: readonly ILogGroup[]) {
  const logGroupNames = logGroups.map(({ logGroupName }) => logGroupName);
  return (title: SavedQueryName, view: LogQueryVisualizationType): IWidget =>
    new LogQueryWidget({ ...SIZE, title, view, logGroupNames, queryString: queryText(title) });
}
