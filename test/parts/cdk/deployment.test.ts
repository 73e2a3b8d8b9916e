import { beforeAll, describe, expect, test } from "@jest/globals";
import { lambdaNames } from "../../../lib/cdk/bundle.ts";
import { schema, type TableSchema } from "../../../lib/aws/dynamodb/schema.ts";
import { resources, synthesize, type Resource, type Template } from "./synthesize.ts";

let template: Template;
beforeAll(async () => {
  template = await synthesize();
});

const all = (type: string): readonly Resource[] => resources(template, type).map(([, resource]) => resource);
const sole = (found: readonly Resource[]): Resource => {
  const [resource, ...more] = found;
  if (resource === undefined || more.length > 0) throw new Error(`${found.length} resources instead of one`);
  return resource;
};
const only = (type: string): Resource => sole(all(type));
const path = ({ Metadata }: Resource): string => Metadata["aws:cdk:path"];
const at = (type: string, part: string): Resource =>
  sole(all(type).filter((resource) => path(resource).includes(part)));
const variables = (fn: Resource) => fn.Properties.Environment?.Variables ?? {};

describe("the functions", () => {
  test("are the files of lambdas/, except authorize, record and widget, which props of their own ask for", () => {
    const names = all("AWS::Lambda::Function").map((fn) => path(fn).split("/")[3] ?? "");
    const optional = new Set(["authorize", "record", "widget"]);
    expect(names.toSorted()).toEqual(lambdaNames().filter((name) => !optional.has(name)));
    expect(all("AWS::ApiGatewayV2::Authorizer")).toEqual([]);
  });

  test.each([
    ["connect", 256, 3],
    ["default", 512, 10],
    ["disconnect", 256, 10],
    ["rotate", 256, 10],
    ["timers", 512, 5],
  ])("%s runs on Node 24 and arm64 with %i MB for at most %i s", (name, MemorySize, Timeout) => {
    expect(at("AWS::Lambda::Function", `/${name}/`).Properties).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Handler: "index.handler",
      MemorySize,
      Timeout,
    });
  });

  test("keep their logs for a month, each in a group of its own", () => {
    const groups = all("AWS::Logs::LogGroup");
    expect(groups).toHaveLength(all("AWS::Lambda::Function").length);
    for (const { Properties, DeletionPolicy } of groups) {
      expect([Properties["RetentionInDays"], DeletionPolicy]).toEqual([30, "Delete"]);
    }
  });

  test("that signal know everything by their environment", () => {
    for (const name of ["default", "disconnect", "timers"]) {
      expect(Object.keys(variables(at("AWS::Lambda::Function", `/${name}/`))).sort()).toEqual([
        "CALLBACK_URL",
        "EVENTS_TABLE",
        "FLOWS_TABLE",
        "MESSAGES_TABLE",
        "REGISTRATIONS_TABLE",
        "SIGNING_SECRET",
        "SIP_DOMAINS",
        "SIP_SETTINGS",
        "SUBSCRIBERS_TABLE",
        "TIMER_QUEUE_URL",
        "TRANSACTIONS_TABLE",
      ]);
    }
  });
});

describe("the tables", () => {
  test.each<TableSchema>(Object.values(schema))(
    "$id is keyed by $key, on demand and encrypted",
    ({ id, key, sortKey, index }) => {
      const sort = sortKey === undefined ? [] : [sortKey];
      expect(at("AWS::DynamoDB::GlobalTable", `/${id}/`).Properties).toMatchObject({
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [
          { AttributeName: key, KeyType: "HASH" },
          ...sort.map((name) => ({ AttributeName: name, KeyType: "RANGE" })),
        ],
        AttributeDefinitions: [key, ...sort, ...(index === undefined ? [] : [index.key])].map((name) => ({
          AttributeName: name,
          AttributeType: "S",
        })),
        SSESpecification: { SSEEnabled: false }, // DynamoDB's own key: a table is never unencrypted
      });
    },
  );

  test("Subscribers outlives the stack, can be restored and is not deleted by mistake", () => {
    const { Properties, DeletionPolicy } = at("AWS::DynamoDB::GlobalTable", "/Subscribers/");
    expect(DeletionPolicy).toBe("Retain");
    expect(Properties["TimeToLiveSpecification"]).toBeUndefined();
    expect(Properties["Replicas"]).toMatchObject([
      { DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
    ]);
  });

  test.each(["Registrations", "Flows", "Transactions", "Messages", "Events"])(
    "%s forgets what expired and goes with the stack",
    (id) => {
      const { Properties, DeletionPolicy } = at("AWS::DynamoDB::GlobalTable", `/${id}/`);
      expect(DeletionPolicy).toBe("Delete");
      expect(Properties["TimeToLiveSpecification"]).toEqual({ AttributeName: "expiresAt", Enabled: true });
      expect(Properties["Replicas"]).toMatchObject([{ DeletionProtectionEnabled: false }]);
    },
  );
});

describe("the timer queue", () => {
  test("is standard, hides a timer six times as long as its function may run, and gives up after five attempts", () => {
    const { Properties } = at("AWS::SQS::Queue", "/Timers/Queue/");
    const { Timeout = NaN } = at("AWS::Lambda::Function", "/timers/").Properties;
    expect(Properties["FifoQueue"]).toBeUndefined();
    expect(Properties["VisibilityTimeout"]).toBeGreaterThanOrEqual(6 * Timeout);
    expect(Properties["RedrivePolicy"]).toMatchObject({ maxReceiveCount: 5 });
    expect(Properties["SqsManagedSseEnabled"]).toBe(true);
  });

  test("wakes its function at once and gets back the timers that failed", () => {
    expect(only("AWS::Lambda::EventSourceMapping").Properties).toMatchObject({
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    });
  });

  test("raises an alarm with the first dead letter, which is kept for two weeks", () => {
    expect(at("AWS::SQS::Queue", "/DeadLetters/").Properties["MessageRetentionPeriod"]).toBe(14 * 24 * 3600);
    expect(at("AWS::CloudWatch::Alarm", "/DeadLettersAlarm/").Properties).toMatchObject({
      MetricName: "ApproximateNumberOfMessagesVisible",
      Threshold: 1,
      EvaluationPeriods: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
    });
  });

  test("and its dead letters refuse requests without TLS", () => {
    const policies = all("AWS::SQS::QueuePolicy");
    expect(policies).toHaveLength(2);
    for (const { Properties } of policies) {
      expect(Properties["PolicyDocument"]).toMatchObject({
        Statement: [{ Effect: "Deny", Action: "sqs:*", Condition: { Bool: { "aws:SecureTransport": "false" } } }],
      });
    }
  });
});

describe("the API", () => {
  test("has the three routes of a WebSocket, and only $default answers by return", () => {
    const routes = resources(template, "AWS::ApiGatewayV2::Route");
    const keys = routes.map(([, { Properties }]) => String(Properties["RouteKey"]));
    expect(keys.toSorted()).toEqual(["$connect", "$default", "$disconnect"]);
    const answering = routes.find(([, { Properties }]) => Properties["RouteKey"] === "$default")?.[0];
    expect(only("AWS::ApiGatewayV2::RouteResponse").Properties).toMatchObject({
      RouteId: { Ref: answering },
      RouteResponseKey: "$default",
    });
  });

  test("leaves the choice of the subprotocol to $connect", () => {
    const { Properties } = only("AWS::ApiGatewayV2::Api");
    expect(Properties["ProtocolType"]).toBe("WEBSOCKET");
    expect(JSON.stringify(all("AWS::ApiGatewayV2::Integration"))).not.toMatch(/subprotocol|sec-websocket/i);
  });

  test("is deployed by itself, to the stage sip", () => {
    expect(only("AWS::ApiGatewayV2::Stage").Properties).toMatchObject({ StageName: "sip", AutoDeploy: true });
  });

  test("is the only one to invoke its functions, each for its own route", () => {
    const permissions = all("AWS::Lambda::Permission")
      .map(({ Properties }) => Properties)
      .filter(({ FunctionName }) => !JSON.stringify(FunctionName).includes("rotate"));
    expect(permissions).toHaveLength(3);
    for (const { Principal, SourceArn } of permissions) {
      expect(Principal).toBe("apigateway.amazonaws.com");
      expect(JSON.stringify(SourceArn)).toMatch(/"AWS::AccountId".*SipApi.*\$(connect|default|disconnect)/);
    }
  });
});

test("the signing secret is generated by AWS", () => {
  expect(only("AWS::SecretsManager::Secret").Properties["GenerateSecretString"]).toEqual({
    SecretStringTemplate: "{}",
    GenerateStringKey: "current",
    PasswordLength: 64,
    ExcludePunctuation: true,
  });
});

test("the signing secret gets a new key every 30 days, by a function that Secrets Manager of this account invokes", () => {
  expect(only("AWS::SecretsManager::RotationSchedule").Properties).toMatchObject({
    RotationLambdaARN: { "Fn::GetAtt": [expect.stringContaining("rotate"), "Arn"] },
    RotationRules: { AutomaticallyAfterDays: 30 },
  });
  const rotate = all("AWS::Lambda::Permission").filter(({ Properties }) =>
    JSON.stringify(Properties["FunctionName"]).includes("rotate"),
  );
  expect(sole(rotate).Properties).toMatchObject({
    Principal: "secretsmanager.amazonaws.com",
    SourceAccount: { Ref: "AWS::AccountId" },
  });
});

describe("the outputs", () => {
  test("give the URL, the domain, the tables and the queues", () => {
    expect(Object.keys(template.Outputs).sort()).toEqual([
      "Calls",
      "DeadLetterQueueUrl",
      "Domain",
      "EventsTable",
      "FlowsTable",
      "MessagesTable",
      "RegistrationsTable",
      "SigningSecretArn",
      "SubscribersTable",
      "TimerQueueUrl",
      "TransactionsTable",
      "Url",
    ]);
    expect(JSON.stringify(template.Outputs["Url"]?.Value)).toMatch(/"wss:\/\/".*"\/sip"/);
  });

  test("name the API's own host where no domain was given", () => {
    expect(JSON.stringify(template.Outputs["Domain"]?.Value)).toMatch(
      /^\{"Fn::Join":\["",\[\{"Ref":"SipApi.*execute-api/,
    );
  });
});

describe("the pages that may connect", () => {
  const originsIn = ({ Resources }: Template): readonly unknown[] =>
    Object.values(Resources)
      .filter((resource) => "ALLOWED_ORIGINS" in variables(resource))
      .map((resource) => [path(resource).split("/")[3], variables(resource)["ALLOWED_ORIGINS"]]);

  test("are empty by default: connect admits no page, and synthesis warns", () => {
    expect(originsIn(template)).toEqual([["connect", "none"]]);
    expect(template.warnings).toEqual([expect.stringMatching(/^No web page may connect: .*-c origins=https:\/\//)]);
  });

  test("are empty by an empty list, without a warning", async () => {
    const closed = await synthesize({ origins: "" });
    expect([originsIn(closed), closed.warnings]).toEqual([[["connect", "none"]], []]);
  });

  test("are those of the list: no warning", async () => {
    const open = await synthesize({ origins: "https://phone.example.com, http://localhost:*" });
    expect(originsIn(open)).toEqual([["connect", "https://phone.example.com,http://localhost:*"]]);
    expect(open.warnings).toEqual([]);
  });

  test("are checked before anything is deployed", async () => {
    await expect(synthesize({ origins: "phone.example.com" })).rejects.toThrow(
      'allowedOrigins has "phone.example.com": write scheme, host and port only',
    );
  });
});

describe("context of the command line", () => {
  test("domain and origins reach the functions, separated by commas", async () => {
    const { Resources, Outputs } = await synthesize({
      domain: "example.com, example.org",
      origins: "https://phone.example.com",
    });
    const environments = Object.values(Resources).map(variables);
    expect(environments.map(({ SIP_DOMAINS }) => SIP_DOMAINS)).toContain("example.com,example.org");
    expect(environments.map(({ ALLOWED_ORIGINS }) => ALLOWED_ORIGINS)).toContain("https://phone.example.com");
    expect(Outputs["Domain"]?.Value).toBe("example.com,example.org");
  });
});
