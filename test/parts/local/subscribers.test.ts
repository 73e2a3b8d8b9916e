import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, expect, test } from "@jest/globals";
import { tablesOn } from "../../../lib/aws/client/dynamodb.ts";
import { getSubscriber, putPolicy, putSubscribers } from "../../../lib/aws/dynamodb/subscriber.ts";
import { aCloud, closeClouds } from "./cloud.ts";

afterAll(closeClouds);

test("many subscribers are added in requests of 25; a policy stays, and rows that are right are not written again", async () => {
  const cloud = await aCloud();
  const { region, credentials, endpoints, outputs } = cloud;
  const db = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });
  const table = outputs["SubscribersTable"] ?? "";
  const users = Array.from({ length: 60 }, (_, index) => ({ user: `u${index}`, password: "p", domain: "example.com" }));
  const writes = async (list: typeof users) => {
    cloud.meter.reset();
    await putSubscribers(db, table, list);
    return cloud.meter.calls.map(({ action }) => action).filter((action) => action !== "Scan");
  };
  expect(await writes(users)).toEqual(["BatchWriteItem", "BatchWriteItem", "BatchWriteItem"]);
  const before = await getSubscriber(tablesOn(db), table, "sip:u7@example.com");
  await putPolicy(tablesOn(db), table, "sip:u7@example.com", { routing: "redirect" });

  const changed = users.with(7, { user: "u7", password: "other", domain: "example.com" });
  expect(await writes(changed)).toEqual(["UpdateItem"]);
  const after = await getSubscriber(tablesOn(db), table, "sip:u7@example.com");
  expect(after?.routing).toBe("redirect");
  expect(after?.ha1).not.toEqual(before?.ha1);
  expect(await writes(changed)).toEqual([]);
});
