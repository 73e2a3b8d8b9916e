import { AttributeType, TableEncryptionV2, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { schema, type TableName, type TableSchema } from "../aws/dynamodb/schema.ts";
import type { SignalingFunction } from "./functions.ts";

/** In the order of the outputs. */
export const tableNames = ["subscribers", "registrations", "flows", "transactions"] as const satisfies TableName[];

/** The tables of `schema.ts`, on demand. Only what a person entered outlives the stack; the rest phones tell again. */
export class Tables extends Construct {
  readonly byName: Readonly<Record<TableName, TableV2>>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.byName = {
      subscribers: this.create(schema.subscribers),
      registrations: this.create(schema.registrations),
      flows: this.create(schema.flows),
      transactions: this.create(schema.transactions),
    };
  }

  serve({ fn, access }: SignalingFunction): void {
    for (const name of tableNames) {
      const table = this.byName[name];
      fn.addEnvironment(schema[name].variable, table.tableName);
      const actions = access.tables[name];
      if (actions !== undefined) table.grant(fn, ...actions.map((action) => `dynamodb:${action}`));
    }
  }

  private create({ id, key, ttl, durable }: TableSchema): TableV2 {
    return new TableV2(this, id, {
      partitionKey: { name: key, type: AttributeType.STRING },
      encryption: TableEncryptionV2.dynamoOwnedKey(), // always encrypted; a KMS key would bill every call
      removalPolicy: durable ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      deletionProtection: durable,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: durable },
      ...(ttl === undefined ? {} : { timeToLiveAttribute: ttl }),
    });
  }
}
