// How things are called here: the names, ARNs and addresses CloudFormation would have given them. They are made of
// logical ids alone, so that tables kept on disk are found again by the next run.
import { textAt } from "../json.ts";
import type { Lookup } from "./intrinsics.ts";
import type { Resource, Template } from "./template.ts";

/** Where this deployment answers, without a path and a slash at the end. */
export interface Addresses {
  /** The AWS APIs, `http://127.0.0.1:4566`. */
  readonly aws: string;
  /** The WebSocket gateway, `ws://127.0.0.1:8080`. */
  readonly gateway: string;
}

/** What `Ref` and `Fn::GetAtt` answer for one resource. */
interface Names {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** API Gateway's own names have ten characters; there is one API, so one name will do. */
export const apiId = "localcloud";

/** Answers for every resource of a template and for the pseudo parameters. */
export function createLookup(template: Template, addresses: Addresses): Lookup {
  const named = new Map(template.resources.map((item) => [item.logicalId, namesOf(item, template, addresses)]));
  const pseudo: Readonly<Record<string, string>> = {
    "AWS::Region": template.region,
    "AWS::AccountId": template.account,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": template.stackName,
    "AWS::StackId": `arn:aws:cloudformation:${template.region}:${template.account}:stack/${template.stackName}/local`,
  };
  return (logicalId, attribute) => {
    if (attribute === undefined) return named.get(logicalId)?.ref ?? pseudo[logicalId];
    return named.get(logicalId)?.attributes[attribute];
  };
}

/** The host that stands for an API in a template, which nobody can reach here. */
export function apiHost(region: string): string {
  return `${apiId}.execute-api.${region}.amazonaws.com`;
}

/** The explicit name where a template gives one, else stack and logical id. */
export function physicalName(resource: Resource, stackName: string): string {
  const key = nameProperties[resource.type];
  const given = key === undefined ? undefined : resource.properties[key];
  return typeof given === "string" ? given : `${stackName}-${resource.logicalId}`;
}

const nameProperties: Readonly<Record<string, string>> = {
  "AWS::DynamoDB::GlobalTable": "TableName",
  "AWS::DynamoDB::Table": "TableName",
  "AWS::IAM::Role": "RoleName",
  "AWS::Lambda::Function": "FunctionName",
  "AWS::Logs::LogGroup": "LogGroupName",
  "AWS::SecretsManager::Secret": "Name",
  "AWS::SQS::Queue": "QueueName",
};

/** The real one ends in six random characters too. */
export function secretArn(name: string, region: string, account: string): string {
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-local0`;
}

function namesOf(resource: Resource, { stackName, region, account }: Template, addresses: Addresses): Names {
  const name = physicalName(resource, stackName);
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
  switch (resource.type) {
    case "AWS::DynamoDB::GlobalTable":
    case "AWS::DynamoDB::Table":
      return { ref: name, attributes: { Arn: arn("dynamodb", `table/${name}`) } };
    case "AWS::IAM::Role":
      return { ref: name, attributes: { Arn: `arn:aws:iam::${account}:role/${name}` } };
    case "AWS::Lambda::Function":
      return { ref: name, attributes: { Arn: arn("lambda", `function:${name}`) } };
    case "AWS::Logs::LogGroup":
      return { ref: name, attributes: { Arn: arn("logs", `log-group:${name}:*`) } };
    case "AWS::SecretsManager::Secret": {
      const secret = secretArn(name, region, account);
      return { ref: secret, attributes: { Id: secret } };
    }
    case "AWS::SQS::Queue": {
      const url = `${addresses.aws}/${account}/${name}`;
      return { ref: url, attributes: { Arn: arn("sqs", name), QueueName: name, QueueUrl: url } };
    }
    case "AWS::ApiGatewayV2::Api":
      return { ref: apiId, attributes: { ApiId: apiId, ApiEndpoint: `wss://${apiHost(region)}` } };
    case "AWS::ApiGatewayV2::Stage":
      return { ref: textAt(resource.properties, "StageName") ?? "", attributes: {} };
    case "AWS::ApiGatewayV2::Authorizer":
      return { ref: resource.logicalId, attributes: { AuthorizerId: resource.logicalId } };
    default:
      return { ref: resource.logicalId, attributes: {} };
  }
}
