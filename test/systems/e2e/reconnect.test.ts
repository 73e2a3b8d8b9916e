import { once } from "node:events";
import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { closeClouds } from "../../parts/local/cloud.ts";
import { establish } from "../../support/phone/call.ts";
import { aService, type Service } from "./service.ts";

let service: Service;
beforeAll(async () => {
  service = await aService();
});
afterAll(closeClouds);

/** Makes the only binding of an AOR two minutes older. */
async function age(aor: string): Promise<void> {
  const { region, credentials, endpoints, outputs } = service.cloud;
  const db = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });
  await db.send(
    new UpdateItemCommand({
      TableName: outputs["RegistrationsTable"] ?? "",
      Key: { aor: { S: aor } },
      UpdateExpression: "SET bindings[0].registeredAt = :then",
      ExpressionAttributeValues: { ":then": { N: String(Math.floor(Date.now() / 1000) - 120) } },
    }),
  );
  db.destroy();
}

test("a phone that registers on a new connection has its old one closed, and its call goes on there", async () => {
  const [carol, dave] = [await service.online("carol"), await service.online("dave")];
  const { caller, callee } = await establish(carol, dave);
  await age(dave.aor);

  const closed = once(dave.socket, "close");
  const back = await service.online("dave", dave.instance ?? undefined);
  await closed;

  await carol.inDialog("INFO", caller);
  await back.answer(await back.takeRequest("INFO"), 200);
  expect((await carol.takeFinal("INFO")).status).toBe(200);
  await back.inDialog("BYE", callee);
  await carol.answer(await carol.takeRequest("BYE"), 200);
  expect((await back.takeFinal("BYE")).status).toBe(200);
  expect(service.cloud.logs.filter((entry) => JSON.stringify(entry).includes("failed"))).toEqual([]);
});

test("a hang-up and a hold reach a phone that is just reconnecting, with the deployed grants", async () => {
  for (const method of ["BYE", "INVITE"]) {
    const [alice, bob] = [await service.online("alice"), await service.online("bob")];
    const { caller } = await establish(alice, bob);
    await bob.close();
    await service.cloud.settled();
    await alice.inDialog(method, caller);
    await service.cloud.settled();
    const back = await service.online("bob", bob.instance ?? undefined);
    await back.answer(await back.takeRequest(method), 200);
    expect((await alice.takeFinal(method)).status).toBe(200);
    await Promise.all([alice.close(), back.close()]);
  }
  service.cloud.queues.advance(40);
  await service.cloud.settled();
  expect(service.cloud.logs.filter((entry) => JSON.stringify(entry).includes("failed"))).toEqual([]);
});
