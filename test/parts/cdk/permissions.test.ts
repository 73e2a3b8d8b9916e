import { beforeAll, describe, expect, test } from "@jest/globals";
import { grantsOf, resources, synthesize, type Template } from "./synthesize.ts";

let template: Template;
beforeAll(async () => {
  template = await synthesize();
});

const logs = (name: string) => [
  `logs:CreateLogStream on Functions/${name}/Logs`,
  `logs:PutLogEvents on Functions/${name}/Logs`,
];
const may = (table: string, ...actions: string[]) => actions.map((action) => `dynamodb:${action} on Tables/${table}`);
const connections = (method: string) =>
  `execute-api:ManageConnections on arn:{AWS::Partition}:execute-api:{AWS::Region}:{AWS::AccountId}:Api/Api/sip/${method}/@connections/*`;
const acting = [
  "sqs:SendMessage on Timers/Queue",
  "secretsmanager:GetSecretValue on Signing/Secret",
  connections("POST"),
];

describe("a function may do exactly", () => {
  test.each([
    ["connect", "write its log and set the time to log in", [...logs("connect"), "sqs:SendMessage on Timers/Queue"]],
    [
      "default",
      "read subscribers, keep state, count failed logins, set timers, sign, post and close",
      [
        ...logs("default"),
        ...may("Subscribers", "BatchGetItem", "UpdateItem"),
        ...may("Registrations", "BatchGetItem", "PutItem"),
        ...may("Transactions", "BatchGetItem", "PutItem", "UpdateItem"),
        ...may("Messages", "Query", "PutItem", "DeleteItem"),
        ...may("Events", "BatchGetItem", "PutItem", "Query", "UpdateItem", "DeleteItem"),
        ...may("Events/index/by-watcher", "Query"),
        ...may("Flows", "BatchGetItem", "PutItem", "UpdateItem"),
        ...acting,
        connections("DELETE"),
      ],
    ],
    [
      "disconnect",
      "remove the bindings of a flow, and set timers for its calls",
      [
        ...logs("disconnect"),
        ...may("Registrations", "BatchGetItem", "PutItem"),
        ...may("Flows", "BatchGetItem", "UpdateItem"),
        "sqs:SendMessage on Timers/Queue",
      ],
    ],
    [
      "rotate",
      "give the signing secret a new version",
      [
        ...logs("rotate"),
        ...["DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"].map(
          (action) => `secretsmanager:${action} on Signing/Secret`,
        ),
      ],
    ],
    [
      "timers",
      "bring calls to an end, close who did not log in, and take timers from the queue",
      [
        ...logs("timers"),
        ...may("Subscribers", "BatchGetItem"),
        ...may("Flows", "BatchGetItem", "UpdateItem"),
        ...may("Registrations", "BatchGetItem", "PutItem"),
        ...may("Transactions", "BatchGetItem", "PutItem", "UpdateItem"),
        ...may("Messages", "Query", "PutItem", "DeleteItem"),
        ...may("Events", "BatchGetItem", "PutItem", "Query", "UpdateItem", "DeleteItem"),
        ...acting,
        connections("DELETE"),
        ...["ReceiveMessage", "ChangeMessageVisibility", "GetQueueUrl", "DeleteMessage", "GetQueueAttributes"].map(
          (action) => `sqs:${action} on Timers/Queue`,
        ),
      ],
    ],
  ])("%s: %s", (name, _what, expected) => {
    expect(grantsOf(template)[name]).toEqual([...expected].sort());
  });
});

test("the functions change the own settings of a subscriber, and no other attribute of one", () => {
  const statements = resources(template, "AWS::IAM::Policy").flatMap(
    ([, { Properties }]) => Properties.PolicyDocument?.Statement ?? [],
  );
  expect(statements.filter((statement) => "Condition" in statement)).toMatchObject([
    {
      Action: "dynamodb:UpdateItem",
      Condition: {
        "ForAllValues:StringEquals": {
          "dynamodb:Attributes": [
            "aor",
            "doNotDisturb",
            "forwarding",
            "ringSeconds",
            "busyInCall",
            "blocked",
            "alsoRing",
            "maxDevices",
            "hours",
            "watchers",
            "contacts",
          ],
        },
      },
    },
  ]);
});

test("no function has a managed policy or may touch a resource it does not name", () => {
  for (const [, { Properties }] of resources(template, "AWS::IAM::Role")) {
    expect(Properties["ManagedPolicyArns"]).toBeUndefined();
    expect(Properties["Policies"]).toBeUndefined();
  }
  const lines = Object.values(grantsOf(template)).flat();
  expect(lines.filter((line) => line.endsWith(" on *") || line.includes("*:") || line.includes(":* on"))).toEqual([]);
});
