import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { aCloudOf, closeClouds } from "./cloud.ts";

// PutEvents with the limits and partial failures of EventBridge, and rules that invoke functions.

const busArn = { "Fn::GetAtt": ["Bus", "Arn"] };
const mayBeInvoked = (principal: string) => ({
  Type: "AWS::Lambda::Permission",
  Properties: {
    Principal: principal,
    FunctionName: { "Fn::GetAtt": ["readerFunction", "Arn"] },
    SourceArn: { "Fn::GetAtt": ["Rule", "Arn"] },
  },
});

function aCloudWithRule(EventPattern: object, code: string, principal = "events.amazonaws.com"): Promise<LocalCloud> {
  const Targets = [{ Id: "reader", Arn: { "Fn::GetAtt": ["readerFunction", "Arn"] } }];
  return aCloudOf({
    functions: { reader: { code } },
    resources: {
      Bus: { Type: "AWS::Events::EventBus", Properties: { Name: "phones" } },
      Rule: { Type: "AWS::Events::Rule", Properties: { EventBusName: { Ref: "Bus" }, EventPattern, Targets } },
      Permission: mayBeInvoked(principal),
    },
    outputs: { Bus: busArn },
  });
}

const ECHO = "export const handler = async (event) => { console.log(JSON.stringify(event)); };";
const entry: PutEventsRequestEntry = { EventBusName: "phones", Source: "s", DetailType: "t", Detail: '{"n":1}' };

let cloud: LocalCloud;
let client: EventBridgeClient;
beforeAll(async () => {
  cloud = await aCloudWithRule({ source: ["s"], detail: { n: [1, 2] } }, ECHO);
  const { region, credentials, endpoints } = cloud;
  client = new EventBridgeClient({ region, credentials, endpoint: endpoints.eventbridge });
});
afterAll(closeClouds);

const put = (...Entries: readonly PutEventsRequestEntry[]) =>
  client.send(new PutEventsCommand({ Entries: [...Entries] }));

describe("PutEvents", () => {
  test.each<[string, PutEventsRequestEntry, string]>([
    ["without a source", { ...entry, Source: "" }, "InvalidArgument"],
    ["without a detail type", { ...entry, DetailType: undefined }, "InvalidArgument"],
    ["with a detail that is not an object", { ...entry, Detail: "[]" }, "MalformedDetail"],
    ["of a source of AWS", { ...entry, Source: "aws.ec2" }, "NotAuthorizedForSource"],
  ])("takes the entries beside one %s, and answers 200", async (_title, wrong, code) => {
    const { $metadata, FailedEntryCount, Entries } = await put(entry, wrong);
    expect([$metadata.httpStatusCode, FailedEntryCount]).toEqual([200, 1]);
    expect(Entries).toEqual([{ EventId: expect.any(String) }, { ErrorCode: code, ErrorMessage: expect.any(String) }]);
  });

  test("answers 200 where a bus is throttled, with the entries of other buses taken", async () => {
    cloud.throttling.set("Bus", 1);
    const { FailedEntryCount, Entries = [] } = await put(entry, { ...entry, EventBusName: "default" });
    cloud.throttling.set("Bus", 0);
    expect([FailedEntryCount, Entries[0]?.ErrorCode, Entries[1]?.ErrorCode]).toEqual([
      1,
      "ThrottlingException",
      undefined,
    ]);
  });

  test.each<[string, readonly PutEventsRequestEntry[]]>([
    ["eleven entries", Array.from({ length: 11 }, () => entry)],
    ["no entry", []],
    ["a megabyte", [{ ...entry, Detail: JSON.stringify({ text: "x".repeat(1_048_576) }) }]],
  ])("refuses %s as a whole", async (_title, entries) => {
    await expect(put(...entries)).rejects.toMatchObject({ name: "ValidationException" });
  });
});

describe("a rule", () => {
  test("invokes its function with the events that fit, as EventBridge writes them", async () => {
    await cloud.settled();
    const before = cloud.logs.length;
    await put(entry, { ...entry, Detail: '{"n":3}' }, { ...entry, EventBusName: "default" });
    await cloud.settled();
    const events = cloud.logs.slice(before).filter(({ source, level }) => source === "reader" && level !== "REPORT");
    expect(events.map(({ text }) => JSON.parse(text))).toEqual([
      {
        version: "0",
        id: expect.any(String),
        "detail-type": "t",
        source: "s",
        account: "000000000000",
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        region: "us-east-1",
        resources: [],
        detail: { n: 1 },
      },
    ]);
  });

  test.each([
    [
      "a pattern that is not evaluated",
      { source: [{ prefix: "s" }] },
      "events.amazonaws.com",
      /knows exact values only/,
    ],
    ["a function that it may not invoke", { source: ["s"] }, "logs.amazonaws.com", /EventBridge may not invoke reader/],
  ])("with %s stops the start", async (_title, pattern, principal, message) => {
    await expect(aCloudWithRule(pattern, ECHO, principal)).rejects.toThrow(message);
  });
});
