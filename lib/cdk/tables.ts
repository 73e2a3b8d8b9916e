import { AttributeType, ProjectionType, TableEncryptionV2, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Grant, type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { schema, type TableName, tableNames, type TableSchema } from "../aws/dynamodb/schema.ts";
import type { TableAction } from "./access.ts";
import type { SignalingFunction } from "./functions.ts";
import type { OperationProps } from "./props/operations.ts";

type TablesProps = Pick<OperationProps, "removalPolicy" | "encryptionKey" | "tablePrefix">;

/** The tables of `schema.ts`, on demand. Only subscribers outlive the stack; phones register again. */
export class Tables extends Construct {
  readonly byName: Readonly<Record<TableName, TableV2>>;
  private readonly props: TablesProps;

  constructor(scope: Construct, id: string, props: TablesProps = {}) {
    super(scope, id);
    this.props = props;
    this.byName = {
      subscribers: this.create(schema.subscribers),
      registrations: this.create(schema.registrations),
      flows: this.create(schema.flows),
      transactions: this.create(schema.transactions),
      messages: this.create(schema.messages),
      events: this.create(schema.events),
    };
  }

  serve({ fn, access }: SignalingFunction): void {
    for (const name of tableNames) {
      const table = this.byName[name];
      fn.addEnvironment(schema[name].variable, table.tableName);
      const actions = access.tables[name];
      if (actions !== undefined) grant(fn, table.tableArn, actions);
      const { index }: TableSchema = schema[name];
      if (index !== undefined && access.indexes?.includes(name)) {
        grant(fn, `${table.tableArn}/index/${index.name}`, ["Query"]);
      }
    }
    const { ownSettings } = access;
    if (ownSettings === undefined) return;
    const conditions = { "ForAllValues:StringEquals": { "dynamodb:Attributes": ownSettings } };
    const resources = [this.byName.subscribers.tableArn];
    fn.addToRolePolicy(new PolicyStatement({ actions: ["dynamodb:UpdateItem"], resources, conditions }));
  }

  private create({ id, key, sortKey, index, ttl, durable }: TableSchema): TableV2 {
    const { removalPolicy = RemovalPolicy.RETAIN, encryptionKey, tablePrefix } = this.props;
    const isKept = durable && removalPolicy !== RemovalPolicy.DESTROY;
    return new TableV2(this, id, {
      partitionKey: { name: key, type: AttributeType.STRING },
      ...(sortKey !== undefined && { sortKey: { name: sortKey, type: AttributeType.STRING } }),
      ...(index !== undefined && {
        globalSecondaryIndexes: [
          {
            indexName: index.name,
            partitionKey: { name: index.key, type: AttributeType.STRING },
            projectionType: ProjectionType.KEYS_ONLY,
          },
        ],
      }),
      encryption: encryptionKey
        ? TableEncryptionV2.customerManagedKey(encryptionKey)
        : TableEncryptionV2.dynamoOwnedKey(), // always encrypted; a KMS key bills requests
      removalPolicy: durable ? removalPolicy : RemovalPolicy.DESTROY,
      deletionProtection: isKept,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: durable },
      ...(ttl === undefined ? {} : { timeToLiveAttribute: ttl }),
      ...(tablePrefix === undefined ? {} : { tableName: `${tablePrefix}-${id.toLowerCase()}` }),
    });
  }
}

/** For these actions on the table or its index alone: `table.grant` adds all indexes to each action. */
function grant(fn: IGrantable, arn: string, actions: readonly TableAction[]): void {
  Grant.addToPrincipal({ grantee: fn, actions: actions.map((action) => `dynamodb:${action}`), resourceArns: [arn] });
}
