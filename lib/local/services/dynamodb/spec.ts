// The tables of a template. `TableV2` synthesizes a GlobalTable; its replicas are left out on one machine.
import type { Reading, ResourceKind, ResourceKinds } from "../../assembly/resource-kind.ts";
import type { JsonObject } from "../../json.ts";

const table: ResourceKind = {
  refused: ["StreamSpecification"],
  nameProperty: "TableName",
  names: (_table, name, { arn }) => ({ ref: name, attributes: { Arn: arn("dynamodb", `table/${name}`) } }),
};

export const tableResources: ResourceKinds = { "AWS::DynamoDB::GlobalTable": table, "AWS::DynamoDB::Table": table };

export interface TableSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Properties that CreateTable of DynamoDB takes as the template has them. */
  readonly definition: JsonObject;
}

export function readTables(stack: Reading): readonly TableSpec[] {
  return stack
    .ofType(...Object.keys(tableResources))
    .map(({ logicalId, name, arn, properties }) => ({ logicalId, name, arn, definition: definitionOf(properties) }));
}

/** The properties that CloudFormation and the API share; always on demand. */
function definitionOf(properties: JsonObject): JsonObject {
  const shared = ["AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
  const copied = shared.flatMap((key) => {
    const value = properties[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return { ...Object.fromEntries(copied), BillingMode: "PAY_PER_REQUEST" };
}
