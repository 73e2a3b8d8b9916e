// The tables. `TableV2` synthesizes a GlobalTable, whose replicas play no part on one machine.
import type { JsonObject } from "../json.ts";
import type { TableSpec } from "./deployment.ts";
import type { Reading } from "./reading.ts";

export function readTables(reading: Reading): readonly TableSpec[] {
  return reading
    .ofType("AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table")
    .map(({ logicalId, name, arn, properties }) => ({ logicalId, name, arn, definition: definitionOf(properties) }));
}

/** The properties CloudFormation and the API have in common; on demand, whatever the template says. */
function definitionOf(properties: JsonObject): JsonObject {
  const shared = ["AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
  const copied = shared.flatMap((key) => {
    const value = properties[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return { ...Object.fromEntries(copied), BillingMode: "PAY_PER_REQUEST" };
}
