// The rights of the function that draws phones and calls: to read, and no more.
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import { Validations } from "aws-cdk-lib/core";
import { schema } from "../aws/dynamodb/schema.ts";
import { variables } from "../aws/environment.ts";

/** @param of the functions whose log it searches */
export function letWidgetRead(fn: Lambda, of: readonly Lambda[], registrations: TableV2): void {
  const logs = of.map(({ logGroup }) => logGroup);
  fn.addEnvironment(variables.logGroups, logs.map(({ logGroupName }) => logGroupName).join(","));
  fn.addEnvironment(schema.registrations.variable, registrations.tableName);
  const resources = logs.map(({ logGroupArn }) => logGroupArn);
  fn.addToRolePolicy(new PolicyStatement({ actions: ["logs:StartQuery"], resources }));
  fn.addToRolePolicy(new PolicyStatement({ actions: ["logs:GetQueryResults"], resources: ["*"] }));
  Validations.of(fn.role ?? fn).acknowledge({
    id: "AwsSolutions-IAM5[Resource::*]",
    reason:
      "The results of a query have no ARN: logs:GetQueryResults takes no resource, and only the starter knows its id.",
  });
  fn.addToRolePolicy(new PolicyStatement({ actions: ["dynamodb:Scan"], resources: [registrations.tableArn] }));
}
