import { Metric, type MetricOptions, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { AttributeType, ProjectionType, TableEncryptionV2, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import { FilterPattern, SubscriptionFilter } from "aws-cdk-lib/aws-logs";
import { LambdaDestination } from "aws-cdk-lib/aws-logs-destinations";
import { Duration, Names, RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { variables } from "../aws/environment.ts";
import { callsTable } from "../aws/records/call-schema.ts";
import { METRIC_NAMESPACE, type MetricName } from "../operations/records/measures.ts";
import type { OperationProps } from "./props/operations.ts";

interface CallRecordsProps extends Pick<OperationProps, "records" | "removalPolicy" | "encryptionKey" | "tablePrefix"> {
  /** The function that makes the records. */
  readonly fn: Lambda;
  /** The functions whose lines it gets. */
  readonly of: readonly Lambda[];
}

/** Makes a table of calls out of the log, and if they are named, events on a bus and metrics. */
export class CallRecords extends Construct {
  /** A row for each call, by Call-ID, with indexes by caller, by callee and by day. */
  readonly table: TableV2;
  /** Whether metrics are made of the log. */
  readonly hasMetrics: boolean;
  /** Value of the dimension `service` of the metrics. */
  private readonly service: string;

  constructor(scope: Construct, id: string, props: CallRecordsProps) {
    super(scope, id);
    const { fn, of, records: { days = DAYS, metrics, eventBus } = {} } = props;
    this.service = Names.uniqueResourceName(scope, { maxLength: 100 });
    this.hasMetrics = metrics !== undefined;
    this.table = this.createTable(props);
    fn.addToRolePolicy(new PolicyStatement({ actions: ["dynamodb:UpdateItem"], resources: [this.table.tableArn] }));
    fn.addEnvironment(variables.callsTable, this.table.tableName);
    fn.addEnvironment(variables.recordDays, String(days));
    if (eventBus !== undefined) {
      eventBus.grantPutEventsTo(fn);
      fn.addEnvironment(variables.eventBus, eventBus.eventBusName);
    }
    if (metrics !== undefined) {
      fn.addEnvironment(variables.metrics, metrics);
      fn.addEnvironment(variables.metricsService, this.service);
    }
    const destination = new LambdaDestination(fn);
    for (const { logGroup, node } of of) {
      const name = node.scope?.node.id ?? node.id;
      void new SubscriptionFilter(this, name, { logGroup, destination, filterPattern: FilterPattern.allEvents() });
    }
  }

  /** A metric of the log; by default the sum over five minutes. Durations want a statistic such as `Stats.percentile(95)`. */
  metric(metricName: MetricName, options?: MetricOptions): Metric {
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { service: this.service },
      statistic: Stats.SUM,
      period: Duration.minutes(5),
      ...options,
    });
  }

  /** Calls outlive the stack as subscribers do: they may be billed. Rows end by themselves. */
  private createTable({ removalPolicy = RemovalPolicy.RETAIN, encryptionKey, tablePrefix }: CallRecordsProps): TableV2 {
    const { key, sortKey, ttl, indexes } = callsTable;
    return new TableV2(this, "Calls", {
      partitionKey: { name: key, type: AttributeType.STRING },
      globalSecondaryIndexes: Object.entries(indexes).map(([indexName, name]) => ({
        indexName,
        partitionKey: { name, type: AttributeType.STRING },
        sortKey: { name: sortKey, type: AttributeType.NUMBER },
        projectionType: ProjectionType.KEYS_ONLY,
      })),
      timeToLiveAttribute: ttl,
      encryption: encryptionKey
        ? TableEncryptionV2.customerManagedKey(encryptionKey)
        : TableEncryptionV2.dynamoOwnedKey(),
      removalPolicy,
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      ...(tablePrefix !== undefined && { tableName: `${tablePrefix}-calls` }),
    });
  }
}

const DAYS = 90;
