// A deployment as CloudFormation describes it, for tools.
import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from "@aws-sdk/client-cloudformation";

export interface StackFacts {
  readonly region: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Names of the functions' log groups. */
  readonly logGroups: readonly string[];
  /** Names of the alarms. */
  readonly alarms: readonly string[];
  /** Id of the WebSocket API. */
  readonly apiId: string | undefined;
  /** Names of the tables by logical id, such as `SipTablesSubscribers5DDB3C5A`. */
  readonly tables: Readonly<Record<string, string>>;
}

/**
 * Rejects with the SDK's error: `ValidationError` for a stack that does not exist.
 * @param region that of the environment without it
 */
export async function readStack(name: string, region: string | undefined): Promise<StackFacts> {
  const client = new CloudFormationClient(region === undefined ? {} : { region });
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
  const byType = new Map<string, string[]>();
  const tables: Record<string, string> = {};
  for await (const page of paginateListStackResources({ client }, { StackName: name })) {
    for (const resource of page.StackResourceSummaries ?? []) {
      const { ResourceType: type = "", PhysicalResourceId: id = "", LogicalResourceId: logicalId = "" } = resource;
      byType.set(type, [...(byType.get(type) ?? []), id]);
      if (type === "AWS::DynamoDB::GlobalTable") tables[logicalId] = id;
    }
  }
  return {
    region: await client.config.region(),
    outputs: Object.fromEntries(
      (stack?.Outputs ?? []).map(({ OutputKey: key = "", OutputValue: value = "" }) => [key, value]),
    ),
    logGroups: byType.get("AWS::Logs::LogGroup") ?? [],
    alarms: byType.get("AWS::CloudWatch::Alarm") ?? [],
    apiId: byType.get("AWS::ApiGatewayV2::Api")?.[0],
    tables,
  };
}
