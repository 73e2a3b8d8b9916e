import { gunzipSync } from "node:zlib";
import { afterAll, expect, test } from "@jest/globals";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { aCloudOf, closeClouds } from "./cloud.ts";
import { aClient } from "./web-socket-client.ts";

afterAll(closeClouds);

const lambda = { Type: "AWS::Lambda::Permission", Properties: {} };
const group = (name: string) => ({ Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: name } });
const allowed = {
  ...lambda,
  Properties: {
    Principal: "logs.amazonaws.com",
    FunctionName: { "Fn::GetAtt": ["readerFunction", "Arn"] },
    SourceArn: { "Fn::GetAtt": ["Group", "Arn"] },
  },
};

/** `default` logs a line for each message, and `reader` gets the lines. */
function aReader(reader: string, filter: object = {}, permission: object = allowed): Promise<LocalCloud> {
  const code = "export const handler = async ({ body }) => { console.log(body); return { statusCode: 200, body }; };";
  return aCloudOf({
    functions: {
      connect: { code: "export const handler = async () => ({ statusCode: 200 });" },
      default: { code, logging: { LogGroup: "messages" } },
      reader: { code: reader },
    },
    resources: {
      Group: group("messages"),
      LogsPermission: permission,
      Filter: {
        Type: "AWS::Logs::SubscriptionFilter",
        Properties: {
          LogGroupName: { Ref: "Group" },
          DestinationArn: { "Fn::GetAtt": ["readerFunction", "Arn"] },
          FilterPattern: "",
          ...filter,
        },
      },
    },
  });
}

const ECHO = "export const handler = async (event) => { console.log(event.awslogs.data); };";

async function send(cloud: LocalCloud, text: string): Promise<void> {
  const client = await aClient(cloud.ws);
  client.send(text);
  await client.next();
  client.webSocket.terminate();
  await cloud.settled();
}

const readerLines = ({ logs }: LocalCloud) =>
  logs.filter(({ source, level }) => source === "reader" && level !== "REPORT").map(({ text }) => text);

test("a function gets the lines of a log group as CloudWatch Logs sends them", async () => {
  const cloud = await aReader(ECHO);
  await send(cloud, "hello");
  const events = readerLines(cloud).map((text) => JSON.parse(gunzipSync(Buffer.from(text, "base64")).toString()));
  expect(events[0]).toMatchObject({
    messageType: "DATA_MESSAGE",
    logGroup: "messages",
    subscriptionFilters: ["Fixture-Filter"],
  });
  const lines = events.flatMap(({ logEvents }) => logEvents);
  expect(lines.map(({ message }) => message).join("\n")).toContain("hello");
  expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
});

test("a batch that fails is delivered three times, and then said to be lost", async () => {
  const cloud = await aReader('export const handler = async () => { console.log("tried"); throw new Error("no"); };');
  await send(cloud, "hello");
  const lost = cloud.logs.filter(({ source, text }) => source === "cloud" && text.includes("lines are lost"));
  expect(lost.length).toBeGreaterThan(0);
  expect(readerLines(cloud).filter((text) => text === "tried")).toHaveLength(3 * lost.length);
});

test.each<[string, RegExp, object, object]>([
  [
    "may not invoke the function",
    /CloudWatch Logs may not invoke reader/,
    {},
    { ...lambda, Properties: { ...allowed.Properties, Principal: "events.amazonaws.com" } },
  ],
  ["has a pattern that is not evaluated", /has a filter pattern/, { FilterPattern: "ERROR" }, allowed],
  ["has a group that no function writes to", /from outside the stack/, { LogGroupName: "others" }, allowed],
])("the cloud does not start with a filter that %s", async (_title, message, filter, permission) => {
  await expect(aReader(ECHO, filter, permission)).rejects.toThrow(message);
});
