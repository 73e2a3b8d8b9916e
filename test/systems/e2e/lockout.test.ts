import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { defaultLockoutPolicy } from "../../../lib/sip/policy/lockout.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import { closeClouds } from "../../parts/local/cloud.ts";
import { connectPhone, type SocketPhone } from "../../support/phone/socket.ts";
import { aService, DOMAIN, type Service } from "./service.ts";

// Guessing passwords at the deployed bundles, under the deployed permissions.

const { pair } = defaultLockoutPolicy;

let service: Service;
beforeAll(async () => {
  service = await aService();
});
afterAll(closeClouds);

const connect = (user: string, password: string): Promise<SocketPhone> =>
  connectPhone(service.cloud.ws, { user, domain: DOMAIN, password });

/** All stored counts, by their kind; those of the devices of a user on a network together. */
async function counts(): Promise<Record<string, number[]>> {
  const { region, credentials, endpoints, outputs } = service.cloud;
  const db = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });
  const { Items = [] } = await db.send(new ScanCommand({ TableName: outputs["FlowsTable"] }));
  db.destroy();
  const found: Record<string, number[]> = {};
  for (const item of Items) {
    const { flow, count, others, devices } = unmarshall(item);
    const [, kind] = /^logins?:(\w+)\./.exec(String(flow)) ?? [];
    if (kind === undefined) continue;
    const counted: readonly { count: number }[] = kind === "pair" ? [others, ...devices] : [{ count }];
    (found[kind] ??= []).push(counted.reduce((sum, one) => sum + one.count, 0));
  }
  return found;
}

/** Calls to DynamoDB and their units that `act` makes. */
async function bill(act: () => Promise<unknown>) {
  await service.cloud.settled();
  service.cloud.meter.reset();
  await act();
  await service.cloud.settled();
  const calls = service.cloud.meter.calls.filter(({ service: api }) => api === "dynamodb");
  const sum = (isRead: boolean) =>
    calls
      .filter(({ action }) => action.includes("Get") === isRead)
      .reduce((units, { requestUnits = 0 }) => units + requestUnits, 0);
  return { calls: calls.map(({ action }) => action).toSorted(), reads: sum(true), writes: sum(false) };
}

test("a login reads its counts in the batch it needs anyway, and writes that of its user and network", async () => {
  const alice = await connect("alice", "alice");
  const sent = await alice.request("REGISTER", `sip:${DOMAIN}`, {
    to: alice.aor,
    lines: [`Contact: <${alice.contact}>`],
  });
  const line = alice.credentials(await alice.takeFinal("REGISTER"), sent);
  const cost = await bill(async () => {
    const lines = [`Contact: <${alice.contact}>`, line];
    await alice.request("REGISTER", `sip:${DOMAIN}`, { to: alice.aor, lines });
    expect((await alice.takeFinal("REGISTER")).status).toBe(200);
  });
  // Registration, flow and four counts at a unit each, the subscriber at half a unit. The second read and a write are for the
  // owner of the contact of a phone without a GRUU; the update is that of the flow, whose calls stay.
  expect(cost.calls).toEqual(["BatchGetItem", "BatchGetItem", "PutItem", "PutItem", "PutItem", "UpdateItem"]);
  expect(cost).toMatchObject({ reads: 7.5, writes: 4 });
  expect(await counts()).toEqual({ pair: [0] });
});

test("guesses at the same moment are all counted", async () => {
  // The first that is counted has a count of its own, so the others are one short of the lock.
  const phones = await Promise.all(
    Array.from({ length: pair.failures }, (_, index) => connect("bob", `guess${index}`)),
  );
  const answers = await Promise.all(phones.map((phone) => phone.register()));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
  expect(await counts()).toMatchObject({ pair: expect.arrayContaining([5]), source: [5], aor: [5] });
});

test("a failed login costs four writes; the next device is locked out and costs none, right or wrong", async () => {
  const guesser = await connect("bob", "guess");
  const failed = await bill(async () => expect((await guesser.register()).status).toBe(401));
  expect(failed.calls.filter((action) => action !== "BatchGetItem")).toEqual([
    "PutItem",
    "UpdateItem",
    "UpdateItem",
    "UpdateItem",
  ]);
  expect(failed.writes).toBe(4);
  for (const password of ["guess", "bob"]) {
    const phone = await connect("bob", password);
    const locked = await bill(async () => {
      const refused = await phone.register();
      expect([refused.status, refused.reason]).toEqual([503, "Too Many Failed Logins"]);
      expect(Number(header(refused, "retry-after"))).toBeGreaterThan(0);
      expect(Number(header(refused, "retry-after"))).toBeLessThanOrEqual(pair.firstSeconds);
    });
    expect([locked.calls, locked.writes]).toEqual([["BatchGetItem", "BatchGetItem"], 0]);
  }
  expect(await counts()).toMatchObject({ pair: expect.arrayContaining([6]), source: [6], aor: [6] });
});

test("other users of the same network log in, and open connections continue", async () => {
  const carol = await connect("carol", "carol");
  expect((await carol.register()).status).toBe(200);
});

test("SIP.js refreshes with one REGISTER: the used credentials that it repeats cost nothing", async () => {
  const alice = await connect("alice", "alice");
  const contact = `Contact: <${alice.contact}>`;
  const sent = await alice.request("REGISTER", `sip:${DOMAIN}`, { to: alice.aor, lines: [contact] });
  const line = alice.credentials(await alice.takeFinal("REGISTER"), sent);
  const register = async () => {
    await alice.request("REGISTER", `sip:${DOMAIN}`, { to: alice.aor, lines: [contact, line] });
    return (await alice.takeFinal("REGISTER")).status;
  };
  expect(await register()).toBe(200);
  const cost = await bill(async () => expect(await register()).toBe(200));
  expect([cost.calls, cost.writes]).toEqual([["BatchGetItem", "PutItem"], 1]);
});
