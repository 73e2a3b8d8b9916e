import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { savedQueries } from "../../../lib/cdk/saved-queries.ts";
import { METRICS } from "../../../lib/operations/records/measures.ts";
import { assemblyOf } from "../../support/assembly.ts";
import { grantsOf, type Resource, resources, type Statement, type Template } from "./synthesize.ts";

const appOf = (file: string): string => new URL(file, import.meta.url).href;
let folder: string;
beforeAll(async () => {
  folder = await assemblyOf(appOf("construct-app.ts"));
});

const templateOf = async (stack: string): Promise<Template> =>
  JSON.parse(await readFile(join(folder, `${stack}.template.json`), "utf8"));
const all = (template: Template, type: string): readonly Resource["Properties"][] =>
  resources(template, type).map(([, { Properties }]) => Properties);
const named = (template: Template, type: string, part: string): Resource | undefined =>
  resources(template, type).find(([, { Metadata }]) => Metadata["aws:cdk:path"].includes(part))?.[1];

describe("customDomain", () => {
  test("gives the stage a host name, with A and AAAA records, and the functions know it", async () => {
    const template = await templateOf("Named");
    expect(all(template, "AWS::ApiGatewayV2::DomainName")).toMatchObject([
      { DomainName: "sip.example.com", DomainNameConfigurations: [{ IpAddressType: "dualstack" }] },
    ]);
    expect(all(template, "AWS::ApiGatewayV2::ApiMapping")).toMatchObject([{ DomainName: {}, Stage: {} }]);
    const records = all(template, "AWS::Route53::RecordSet").map(({ Name, Type }) => [Name, Type]);
    expect(records).toEqual([
      ["sip.example.com.", "A"],
      ["sip.example.com.", "AAAA"],
    ]);
    const settings = named(template, "AWS::Lambda::Function", "/default/")?.Properties.Environment?.Variables;
    expect(settings?.["SIP_SETTINGS"]).toBe('{"hosts":["sip.example.com"]}');
  });

  test("is the domain of the addresses where none is named, and needs no zone", async () => {
    const template = await templateOf("Ipv4");
    expect(all(template, "AWS::Route53::RecordSet")).toEqual([]);
    const variables = named(template, "AWS::Lambda::Function", "/default/")?.Properties.Environment?.Variables;
    expect(variables?.["SIP_DOMAINS"]).toBe("sip.example.org");
  });
});

test("a domain in capitals is the same domain", async () => {
  const variables = named(await templateOf("Named"), "AWS::Lambda::Function", "/default/")?.Properties.Environment;
  expect(variables?.Variables["SIP_DOMAINS"]).toBe("example.com");
});

test("the API has IPv4 and IPv6 by default, and IPv4 alone by ipAddressType", async () => {
  expect(all(await templateOf("Named"), "AWS::ApiGatewayV2::Api")).toMatchObject([{ IpAddressType: "dualstack" }]);
  const ipv4 = await templateOf("Ipv4");
  expect(all(ipv4, "AWS::ApiGatewayV2::Api")).toMatchObject([{ IpAddressType: "ipv4" }]);
  expect(all(ipv4, "AWS::ApiGatewayV2::DomainName")).toMatchObject([
    { DomainNameConfigurations: [{ IpAddressType: "ipv4" }] },
  ]);
});

describe("props of operation", () => {
  test("each alarm notifies the topic and the mail address", async () => {
    const template = await templateOf("Operated");
    expect(all(template, "AWS::SNS::Subscription")).toMatchObject([{ Endpoint: "ops@example.com", Protocol: "email" }]);
    const [policy] = all(template, "AWS::SNS::TopicPolicy");
    expect(JSON.stringify(policy)).toContain('"Principal":{"Service":"cloudwatch.amazonaws.com"}');
    const alarms = all(template, "AWS::CloudWatch::Alarm");
    expect(alarms).toHaveLength(6);
    for (const { AlarmActions } of alarms) {
      expect(AlarmActions).toEqual(["arn:aws:sns:eu-central-1:111122223333:pager", { Ref: expect.any(String) }]);
    }
  });

  test("the dashboard asks the saved queries, and is there on demand only", async () => {
    const [dashboard, ...more] = all(await templateOf("Operated"), "AWS::CloudWatch::Dashboard");
    const joined: { "Fn::Join": [string, unknown[]] } = Object(dashboard?.["DashboardBody"]);
    const body = joined["Fn::Join"][1].map((part) => (typeof part === "string" ? part : "name")).join("");
    const { widgets }: { widgets: { type: string; properties: Record<string, string> }[] } = JSON.parse(body);
    const queries = widgets.filter(({ type }) => type === "log").map(({ properties }) => properties);
    expect(queries.map(({ title }) => title)).toEqual([
      "Calls by hour",
      "Final responses",
      "Refused requests",
      "Failed logins",
      "Slow messages",
    ]);
    expect(queries.filter(({ title }) => !Object.keys(savedQueries).includes(title ?? ""))).toEqual([]);
    expect(queries[0]?.["query"]).toContain("stats count(*) as calls by bin(1h)");
    expect(widgets.filter(({ type }) => type === "metric")).toHaveLength(7);
    expect(more).toEqual([]);
    expect(all(await templateOf("Named"), "AWS::CloudWatch::Dashboard")).toEqual([]);
  });

  test("records are a function that gets the lines of the others and may write to its table and its bus, no more", async () => {
    const template = await templateOf("Recorded");
    expect(grantsOf(template)["record"]).toEqual([
      "dynamodb:UpdateItem on Records/Calls",
      expect.stringMatching(/^events:PutEvents on /),
      "logs:CreateLogStream on Functions/record/Logs",
      "logs:PutLogEvents on Functions/record/Logs",
    ]);
    const filters = resources(template, "AWS::Logs::SubscriptionFilter").map(([id]) => id);
    expect(filters.map((id) => /Records(\w+?)[0-9A-F]{8}$/.exec(id)?.[1])).toEqual([
      "connect",
      "default",
      "disconnect",
      "timers",
    ]);
    const { Environment } = named(template, "AWS::Lambda::Function", "/record/")?.Properties ?? {};
    expect(Environment).toMatchObject({ Variables: { RECORD_DAYS: "30", METRICS: "total" } });
    expect(named(template, "AWS::DynamoDB::GlobalTable", "Calls")?.Properties["TableName"]).toBe("phones-calls");
    expect(all(await templateOf("Named"), "AWS::Logs::SubscriptionFilter")).toEqual([]);
  });

  test("the live widget of the dashboard may read the log and the registrations, no more", async () => {
    const template = await templateOf("Recorded");
    expect(grantsOf(template)["widget"]).toEqual([
      "dynamodb:Scan on Tables/Registrations",
      "logs:CreateLogStream on Functions/widget/Logs",
      "logs:GetQueryResults on *",
      "logs:PutLogEvents on Functions/widget/Logs",
      "logs:StartQuery on Functions/connect/Logs",
      "logs:StartQuery on Functions/default/Logs",
      "logs:StartQuery on Functions/disconnect/Logs",
      "logs:StartQuery on Functions/timers/Logs",
    ]);
    const body = JSON.stringify(all(template, "AWS::CloudWatch::Dashboard"));
    expect(body).toMatch(/"type\\*":\\*"custom\\*"/);
    expect(named(await templateOf("Operated"), "AWS::Lambda::Function", "/widget/")).toBeUndefined();
  });

  test("the dashboard shows the metrics that are made of the log, where they are made", async () => {
    const [dashboard] = all(await templateOf("Recorded"), "AWS::CloudWatch::Dashboard");
    const body = JSON.stringify(dashboard);
    expect(Object.keys(METRICS).filter((name) => !body.includes(name))).toEqual([]);
    const [without] = all(await templateOf("Operated"), "AWS::CloudWatch::Dashboard");
    expect(JSON.stringify(without)).not.toContain("CallsAttempted");
  });

  test("removalPolicy DESTROY removes the subscribers with the stack, and their deletion protection", async () => {
    const table = named(await templateOf("Operated"), "AWS::DynamoDB::GlobalTable", "Subscribers");
    expect(table?.DeletionPolicy).toBe("Delete");
    expect(table?.Properties["Replicas"]).toMatchObject([{ DeletionProtectionEnabled: false }]);
  });

  test("tablePrefix names the tables", async () => {
    const names = all(await templateOf("Operated"), "AWS::DynamoDB::GlobalTable").map(({ TableName }) => TableName);
    expect(names).toEqual(
      ["subscribers", "registrations", "flows", "transactions", "messages", "events"].map((name) => `phones-${name}`),
    );
  });

  test("logRetention, logLevel and tracing are those of every function", async () => {
    const template = await templateOf("Operated");
    for (const { RetentionInDays } of all(template, "AWS::Logs::LogGroup")) expect(RetentionInDays).toBe(7);
    const functions = all(template, "AWS::Lambda::Function");
    expect(functions).toHaveLength(5);
    for (const { LoggingConfig, TracingConfig } of functions) {
      expect([LoggingConfig?.ApplicationLogLevel, TracingConfig]).toEqual(["WARN", { Mode: "Active" }]);
    }
  });

  test("logShare is that of the functions that log calls", async () => {
    const shares = all(await templateOf("Operated"), "AWS::Lambda::Function").map(
      ({ Environment }) => Environment?.Variables["LOG_SHARE"],
    );
    expect(shares.filter((share) => share !== undefined)).toEqual(["0.1", "0.1", "0.1", "0.1"]);
  });

  test("Lambda stores no lines of its own about invocations that succeed, and the functions' lines as they are", async () => {
    const functions = all(await templateOf("Named"), "AWS::Lambda::Function");
    expect(functions.length).toBeGreaterThan(4);
    for (const { LoggingConfig } of functions) {
      expect(LoggingConfig).toMatchObject({ LogFormat: "JSON", ApplicationLogLevel: "INFO", SystemLogLevel: "WARN" });
    }
  });

  test("provisioned concurrency is of an alias, which the route and the queue invoke", async () => {
    const template = await templateOf("Operated");
    const aliases = resources(template, "AWS::Lambda::Alias");
    const warm = aliases.map(([, { Properties }]) => Properties["ProvisionedConcurrencyConfig"]);
    expect(warm).toEqual([{ ProvisionedConcurrentExecutions: 2 }, { ProvisionedConcurrentExecutions: 1 }]);
    const integration = named(template, "AWS::ApiGatewayV2::Integration", "default")?.Properties["IntegrationUri"];
    expect(JSON.stringify(integration)).toContain(aliases[0]?.[0]);
    const [source] = all(template, "AWS::Lambda::EventSourceMapping");
    expect(JSON.stringify(source?.["FunctionName"])).toContain(aliases[1]?.[0]);
    expect(named(template, "AWS::Lambda::Function", "/default/")?.Properties["MemorySize"]).toBe(1024);
  });
});

test("encryptionKey encrypts tables, queues, secret, logs and the functions' environment", async () => {
  const template = await templateOf("Encrypted");
  const isKey = (value: unknown) => JSON.stringify([value]).includes("Key961B73FD");
  const keys = [
    ...all(template, "AWS::Lambda::Function").map(({ KmsKeyArn }) => KmsKeyArn),
    ...all(template, "AWS::Logs::LogGroup").map(({ KmsKeyId }) => KmsKeyId),
    ...all(template, "AWS::SQS::Queue").map(({ KmsMasterKeyId }) => KmsMasterKeyId),
    ...all(template, "AWS::SecretsManager::Secret").map(({ KmsKeyId }) => KmsKeyId),
    ...all(template, "AWS::DynamoDB::GlobalTable").map(({ Replicas }) => Replicas),
  ];
  expect(keys).toHaveLength(6 + 6 + 2 + 1 + 7);
  expect(keys.filter((key) => !isKey(key))).toEqual([]);
  expect(JSON.stringify(all(template, "AWS::KMS::Key"))).toContain('"Service":"logs.eu-central-1.amazonaws.com"');
  for (const { PolicyDocument } of all(template, "AWS::IAM::Policy")) {
    expect(actionsOf(PolicyDocument?.Statement ?? [])).toContain("kms:Decrypt");
  }
});

test("encryptionKey is refused in a stack without a Region, with a text that says what to write", async () => {
  await expect(assemblyOf(appOf("regionless-app.ts"))).rejects.toThrow(
    'encryptionKey needs a stack with a Region: new Stack(app, "Phones", { env: {',
  );
});

const actionsOf = (statements: readonly Statement[]): string[] =>
  statements.flatMap(({ Action }) => [Action].flat()).sort();

const granted = [
  ...["BatchGetItem", "BatchGetItem", "DeleteItem", "GetItem", "GetItem", "PutItem", "Scan", "Scan", "UpdateItem"].map(
    (action) => `dynamodb:${action}`,
  ),
  "secretsmanager:GetSecretValue",
];

describe.each(["Granting", "Importing"])("a backend in the stack %s", (stack) => {
  test("may manage subscribers, read registrations and make tickets, and no more", async () => {
    const policy = named(await templateOf(stack), "AWS::IAM::Policy", `${stack}/Backend/`)?.Properties.PolicyDocument;
    expect(actionsOf(policy?.Statement ?? [])).toEqual(granted);
    expect(JSON.stringify(policy)).not.toContain('"*"');
  });
});

test("two constructs in one stack have APIs of two names", async () => {
  const names = all(await templateOf("Granting"), "AWS::ApiGatewayV2::Api").map(({ Name }) => String(Name));
  expect(names).toEqual([expect.stringMatching(/^Granting-Sip-/), expect.stringMatching(/^Granting-Second-/)]);
});

test("metrics are those that the alarms watch", async () => {
  const template = await templateOf("Granting");
  const metricOf = (part: string) => named(template, "AWS::CloudWatch::Alarm", part)?.Properties["MetricName"];
  expect(metricOf("Many")).toBe(metricOf("Sip/Alarms/Failures"));
  expect(metricOf("Busy")).toBe("MessageCount");
});
