import { once } from "node:events";
import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, expect, test } from "@jest/globals";
import { closeClouds } from "../../parts/local/cloud.ts";
import { establish } from "../../support/phone/call.ts";
import { aService, type Service } from "./service.ts";

afterAll(closeClouds);

/** Makes the only binding of an AOR two minutes older. */
async function age({ cloud }: Service, aor: string): Promise<void> {
  const { region, credentials, endpoints, outputs } = cloud;
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
  const service = await aService();
  const [alice, bob] = [await service.online("alice"), await service.online("bob")];
  const { caller, callee } = await establish(alice, bob);
  await age(service, bob.aor);

  const closed = once(bob.socket, "close");
  const back = await service.online("bob", bob.instance ?? undefined);
  await closed;

  await alice.inDialog("INFO", caller);
  await back.answer(await back.takeRequest("INFO"), 200);
  expect((await alice.takeFinal("INFO")).status).toBe(200);
  await back.inDialog("BYE", callee);
  await alice.answer(await alice.takeRequest("BYE"), 200);
  expect((await back.takeFinal("BYE")).status).toBe(200);
  expect(service.cloud.logs.filter((entry) => JSON.stringify(entry).includes("failed"))).toEqual([]);
});

test("a hang-up and a hold reach a phone that is just reconnecting, with the deployed grants", async () => {
  const service = await aService();
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
