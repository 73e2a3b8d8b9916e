import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { openTables } from "../../../lib/aws/client/dynamodb.ts";
import { putPolicy } from "../../../lib/aws/dynamodb/subscriber.ts";
import { closeClouds } from "../../parts/local/cloud.ts";
import { aService, DOMAIN, type Service } from "./service.ts";

// The timers function with the deployed grants: its reads while a call keeps ringing, not only when there is nothing to do.

let service: Service;
beforeAll(async () => {
  service = await aService({}, ["grace"]);
});
afterAll(closeClouds);
afterEach(() => {
  const denied = service.cloud.logs.filter((entry) => JSON.stringify(entry).includes("not authorized"));
  expect(denied).toEqual([]);
});

async function advance(seconds: number): Promise<void> {
  await service.cloud.settled();
  service.cloud.queues.advance(seconds);
  await service.cloud.settled();
}

test("a call that still rings after 32 s rings on, and can be answered", async () => {
  const [alice, bob] = [await service.online("alice"), await service.online("bob")];
  await alice.request("INVITE", bob.aor);
  const invite = await bob.takeRequest("INVITE");
  await bob.answer(invite, 180);
  await advance(33);
  expect(bob.inbox.titles()).not.toContain("CANCEL");
  await bob.answer(invite, 200);
  await alice.takeResponse(200, "INVITE");
  await bob.close();
});

test("a caller whose connection is gone stops the ringing at the timer", async () => {
  const [alice, bob] = [await service.online("alice"), await service.online("bob")];
  await alice.request("INVITE", bob.aor);
  await bob.answer(await bob.takeRequest("INVITE"), 180);
  await alice.close();
  await advance(33);
  await bob.takeRequest("CANCEL");
  await bob.close();
});

test("a phone that came back on another connection rings again, with the whole INVITE", async () => {
  const alice = await service.online("alice");
  const bob = await service.online("bob");
  await alice.request("INVITE", bob.aor, { body: "v=0\r\n" });
  await bob.answer(await bob.takeRequest("INVITE"), 180);
  await bob.close();
  await service.cloud.settled();
  const back = await service.online("bob", bob.instance ?? undefined);
  await advance(33);
  expect((await back.takeRequest("INVITE")).body).toBe("v=0\r\n");
  await back.close();
});

test("a ring group of three rings in turn, and the last one answers", async () => {
  const { region, credentials, endpoints, outputs } = service.cloud;
  const db = openTables({ region, credentials, endpoint: endpoints.dynamodb });
  const group = ["frank", "carol", "dave"].map((user) => `sip:${user}@${DOMAIN}`);
  const team = `sip:team@${DOMAIN}`;
  await putPolicy(db, outputs["SubscribersTable"] ?? "", team, { group, groupOrder: "in-turn" });
  const alice = await service.online("alice");
  const [frank, carol, dave] = [
    await service.online("frank"),
    await service.online("carol"),
    await service.online("dave"),
  ];
  await alice.request("INVITE", team);
  for (const [phone, others] of [
    [frank, [carol, dave]],
    [carol, [dave]],
  ] as const) {
    const invite = await phone.takeRequest("INVITE");
    expect(others.flatMap(({ inbox }) => inbox.titles())).not.toContain("INVITE");
    await phone.answer(invite, 486);
  }
  await dave.answer(await dave.takeRequest("INVITE"), 200);
  await alice.takeResponse(200, "INVITE");
  for (const phone of [alice, frank, carol, dave]) await phone.close();
});

test("a call without an answer in the subscriber's time is forwarded as the subscriber set", async () => {
  const { region, credentials, endpoints, outputs } = service.cloud;
  const db = openTables({ region, credentials, endpoint: endpoints.dynamodb });
  const forwarding = { noAnswer: `sip:carol@${DOMAIN}` };
  await putPolicy(db, outputs["SubscribersTable"] ?? "", `sip:erin@${DOMAIN}`, { ringSeconds: 1, forwarding });
  const [alice, erin, carol] = [
    await service.online("alice"),
    await service.online("erin"),
    await service.online("carol"),
  ];
  await alice.request("INVITE", erin.aor);
  const invite = await erin.takeRequest("INVITE");
  await erin.answer(invite, 180);
  await sleep(1100); // the Lambdas' clock is the machine's
  await advance(2);
  await erin.takeRequest("CANCEL");
  await carol.answer(await carol.takeRequest("INVITE"), 200);
  await alice.takeResponse(200, "INVITE");
});

test("the call of a phone whose connection has closed ends for the other phone", async () => {
  const grace = await service.online("grace");
  const carol = await service.connect("carol"); // not registered, so it cannot come back
  const asked = carol.ask("INVITE", grace.aor);
  const invite = await grace.takeRequest("INVITE");
  await grace.answer(invite, 180);
  await grace.answer(invite, 200);
  expect((await asked).status).toBe(200);
  await carol.close();
  await advance(90);
  await grace.answer(await grace.takeRequest("BYE"), 200);
  await service.cloud.settled();
  expect(service.cloud.logs.some(({ text }) => text.includes('"call-lost"'))).toBe(true);
});
