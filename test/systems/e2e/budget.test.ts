import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { openTables } from "../../../lib/aws/client/dynamodb.ts";
import { putPolicy } from "../../../lib/aws/dynamodb/subscriber.ts";
import { WORK } from "../../../lib/operations/work.ts";
import { closeClouds } from "../../parts/local/cloud.ts";
import { assemblyOf } from "../../support/assembly.ts";
import { establish } from "../../support/phone/call.ts";
import type { SocketPhone } from "../../support/phone/socket.ts";
import { forkCosts, mostForTen } from "./fork-costs.ts";
import { allBusy, allReceive, type Fork, ringAndCancel } from "./fork-scenarios.ts";
import { openPushDeployment, type PushDeployment } from "./push-deployment.ts";
import { aCountedService, DOMAIN, type Service } from "./service.ts";
import { usualOffer } from "./usual-offer.ts";
import { resourceLists } from "../../support/phone/resource-list.ts";
import { pidf, publish, subscribe, takeNotify, type Watching } from "../../support/phone/watcher.ts";

// The cost of a message is its billed calls to AWS. They are counted exactly, on the deployed bundles. The deployment wakes
// phones, which costs nothing for a phone that is connected. A test about a user whose calls count has that user for itself.

let deployment: PushDeployment;
let service: Service;
let alice: SocketPhone;
let bob: SocketPhone;
/** For the logins and the first call. */
let keyReaders: readonly string[];
beforeAll(async () => {
  deployment = await openPushDeployment();
  service = await aCountedService(deployment.options, ["grace", "heidi", "ivan", "judy"]);
  [alice, bob] = [await service.online("alice"), await service.online("bob")];
  await establish(alice, bob);
  await service.cloud.settled();
  keyReaders = service.cloud.meter.calls
    .filter(({ action }) => action === "GetSecretValue")
    .map(({ caller }) => caller);
});
afterAll(async () => {
  await closeClouds();
  await deployment.close();
});
beforeEach(() => quiet(service));

async function quiet({ cloud }: Service): Promise<void> {
  await cloud.settled();
  cloud.queues.advance(40); // timers of earlier calls
  await cloud.settled();
  cloud.meter.reset();
}

/** `{"dynamodb BatchGetItem": 1, …}` and the read and write units of all of them. */
async function bill({ cloud } = service): Promise<{ calls: Record<string, number>; reads: number; writes: number }> {
  await cloud.settled();
  const calls: Record<string, number> = {};
  const units = { reads: 0, writes: 0 };
  for (const { service: api, action, requestUnits = 0 } of cloud.meter.calls) {
    if (api === "apigateway" || (api === "sqs" && action !== "SendMessage")) continue;
    if (api === "secretsmanager") continue; // a cold start's, see below
    calls[`${api} ${action}`] = (calls[`${api} ${action}`] ?? 0) + 1;
    if (api === "dynamodb") units[/Get|Query/.test(action) ? "reads" : "writes"] += requestUnits;
  }
  return { calls, ...units };
}

test("a REGISTER refresh costs one Lambda, one batch read and one write", async () => {
  expect((await alice.register()).status).toBe(200);
  expect(await bill()).toEqual({
    calls: { "lambda Invoke": 1, "dynamodb BatchGetItem": 1, "dynamodb PutItem": 1 },
    reads: 2,
    writes: 1,
  });
});

/** From INVITE to BYE, and the timer comes due and finds nothing to do. */
async function billOfCall(one: Service, caller: SocketPhone, callee: SocketPhone) {
  const { caller: dialog } = await establish(caller, callee);
  await caller.inDialog("BYE", dialog);
  await callee.answer(await callee.takeRequest("BYE"), 200);
  await caller.takeFinal("BYE");
  await one.cloud.settled();
  one.cloud.queues.advance(40);
  return bill(one);
}

/** Common to tracked and stateless calls. */
const ofEachCall = {
  "lambda Invoke": 6 + 1,
  "dynamodb BatchGetItem": 4, // INVITE, 180, 200, timer
  "dynamodb PutItem": 3, // the context: INVITE, 180, 200
  "sqs SendMessage": 1,
  "execute-api POST": 6,
};

/** Where calls are tracked, a device that registers while a call rings finds it in the registration of its user. */
const ofTrackedCall = {
  ...ofEachCall,
  "dynamodb PutItem": ofEachCall["dynamodb PutItem"] + 1, // the registration
  "dynamodb UpdateItem": 5, // 200: both flows; BYE: the row and both flows
};

test("a whole call costs 6 Lambdas and a timer's, 9 writes, at most 6 read units, 1 SQS message and 6 posts", async () => {
  const { calls, reads, writes } = await billOfCall(service, alice, bob);
  expect(calls).toEqual(ofTrackedCall);
  expect(reads).toBeLessThanOrEqual(6);
  expect(writes).toBe(9); // without an offer; with one WORK.call has a unit more
});

describe("where calls are stateless", () => {
  let stateless: Service;
  let phones: readonly [SocketPhone, SocketPhone];
  beforeAll(async () => {
    const assembly = await assemblyOf(new URL("stateless-app.ts", import.meta.url).href);
    stateless = await aCountedService({ assembly });
    phones = [await stateless.online("alice"), await stateless.online("bob")];
  });
  beforeEach(() => quiet(stateless));

  test("a whole call costs six writes less: 3 writes", async () => {
    const { calls, reads, writes } = await billOfCall(stateless, ...phones);
    expect(calls).toEqual(ofEachCall);
    expect(reads).toBeLessThanOrEqual(6);
    expect(writes).toBe(WORK.statelessCall.writeUnits);
  });

  test("a BYE and its answer cost a Lambda and a post each, and no state", async () => {
    const [caller, callee] = phones;
    const { caller: dialog } = await establish(caller, callee);
    await stateless.cloud.settled();
    stateless.cloud.meter.reset();
    await caller.inDialog("BYE", dialog);
    await callee.answer(await callee.takeRequest("BYE"), 200);
    await caller.takeFinal("BYE");
    expect(await bill(stateless)).toEqual({
      calls: { "lambda Invoke": 2, "execute-api POST": 2 },
      reads: 0,
      writes: 0,
    });
  });
});

test("a callee's own 100 costs a Lambda, a read and a write, because it ends timer B (§17.1.1.2); it is not forwarded", async () => {
  await alice.request("INVITE", `sip:bob@${DOMAIN}`);
  const invite = await bob.takeRequest("INVITE");
  await service.cloud.settled();
  service.cloud.meter.reset();
  await bob.answer(invite, 100);
  expect(await bill()).toEqual({
    calls: { "lambda Invoke": 1, "dynamodb BatchGetItem": 1, "dynamodb PutItem": 1 },
    reads: 1,
    writes: 1,
  });
  await bob.answer(invite, 486);
  expect((await alice.takeFinal("INVITE")).status).toBe(486);
});

/** A REGISTER drops the calls before from the registration: they are over. */
async function forget({ service: forked, devices }: Omit<Fork, "isAtOnce">): Promise<void> {
  await quiet(forked);
  await devices[0]?.register();
  await quiet(forked);
}

const scenarios = [
  ["INVITE, 486 from each", "allBusy", allBusy],
  ["INVITE, 180 from each, CANCEL, 487 from each", "ringAndCancel", ringAndCancel],
  ["MESSAGE, 200 from each", "allReceive", allReceive],
] as const;

/** All devices of one user: each number of them that is tested is at least the one before. */
const devices: SocketPhone[] = [];
async function aFork(count: number): Promise<Omit<Fork, "isAtOnce">> {
  while (devices.length < count) devices.push(await service.online("ivan", `urn:uuid:${crypto.randomUUID()}`));
  const fork = { service, caller: alice, devices };
  await forget(fork);
  return fork;
}

describe.each(Object.entries(forkCosts))("To %s devices:", (count, costs) => {
  test.each(scenarios)("%s costs exactly what is written down", async (_what, name, scenario) => {
    await scenario({ ...(await aFork(Number(count))), isAtOnce: false });
    expect((await bill()).writes).toBe(costs[name]);
  });
});

test.each(scenarios)("to ten devices %s, all at once, stays below the limit", async (_what, name, scenario) => {
  await scenario({ ...(await aFork(10)), isAtOnce: true });
  expect((await bill()).writes).toBeLessThanOrEqual(mostForTen[name]);
});

test.each([
  ["INFO", "no state", {}, 0],
  ["MESSAGE", "no state", {}, 0],
  ["BYE", "three writes: the row of the call and both flows", { "dynamodb UpdateItem": 3 }, 3],
])("%s in a dialog and its answer cost a Lambda and a post each, and %s", async (method, _what, state, writes) => {
  const { caller } = await establish(alice, bob);
  await service.cloud.settled();
  service.cloud.meter.reset();
  await alice.inDialog(method, caller);
  await bob.answer(await bob.takeRequest(method), 200);
  await alice.takeFinal(method);
  expect(await bill()).toEqual({ calls: { "lambda Invoke": 2, "execute-api POST": 2, ...state }, reads: 0, writes });
});

describe("a BYE to a phone without a connection", () => {
  /** The bill of a login. */
  async function login(instance?: string) {
    service.cloud.meter.reset();
    const phone = await service.online("carol", instance);
    return { phone, ...(await bill()) };
  }

  test("costs 2 reads, 4 writes of 5 units and a timer; its delivery a post, a timer and a write unit; its response 2 of each unit", async () => {
    const first = await login();
    const instance = first.phone.instance ?? "";
    await first.phone.close();
    await service.cloud.settled();
    const usual = await login(instance);
    const { caller } = await establish(alice, usual.phone);
    await usual.phone.close();
    await service.cloud.settled();
    service.cloud.meter.reset();

    await alice.inDialog("BYE", caller);
    expect(await bill()).toEqual({
      calls: {
        "lambda Invoke": 1,
        "dynamodb BatchGetItem": 1,
        "dynamodb PutItem": 1,
        "dynamodb UpdateItem": 3, // the row of the call and both flows
        "sqs SendMessage": 1,
      },
      reads: 2,
      writes: 5, // the registration has the INVITE of the call beside the BYE
    });

    const back = await login(instance);
    expect({ calls: back.calls, writes: back.writes }).toEqual({
      calls: {
        ...usual.calls,
        "dynamodb BatchGetItem": (usual.calls["dynamodb BatchGetItem"] ?? 0) + 1, // the call, which waited a minute ago
        "execute-api POST": 1,
        "sqs SendMessage": (usual.calls["sqs SendMessage"] ?? 0) + 1,
      },
      writes: usual.writes + 1, // a row of more than 1 KB
    });

    service.cloud.meter.reset();
    await back.phone.answer(await back.phone.takeRequest("BYE"), 200);
    await alice.takeFinal("BYE");
    expect(await bill()).toEqual({
      // One of the reads finds the sender of any response that comes on another flow than the dialog's.
      calls: { "lambda Invoke": 1, "execute-api POST": 1, "dynamodb BatchGetItem": 2, "dynamodb PutItem": 1 },
      reads: 2,
      writes: 2,
    });
  });
});

describe("a MESSAGE to a user without a phone", () => {
  test("is stored for 2 writes; its delivery costs a query, a timer and a post, and its 2xx a query and a write", async () => {
    const login = async (instance?: string) => {
      await quiet(service);
      const phone = await service.online("grace", instance);
      return { phone, ...(await bill()) };
    };
    const first = await login();
    await first.phone.close();
    const instance = first.phone.instance ?? "";
    const usual = await login(instance);
    await usual.phone.close();

    await quiet(service);
    expect((await alice.ask("MESSAGE", first.phone.aor, { body: "Hello" })).status).toBe(202);
    expect(await bill()).toMatchObject({
      calls: { "lambda Invoke": 1, "dynamodb BatchGetItem": 1, "dynamodb PutItem": 2 },
      writes: 2,
    });

    const back = await login(instance);
    expect({ calls: back.calls, writes: back.writes }).toEqual({
      calls: {
        ...usual.calls,
        "dynamodb Query": 1,
        "execute-api POST": 1,
        "sqs SendMessage": (usual.calls["sqs SendMessage"] ?? 0) + 1,
      },
      writes: usual.writes,
    });

    await quiet(service);
    await back.phone.answer(await back.phone.takeRequest("MESSAGE"), 200);
    expect(await bill()).toEqual({
      calls: { "lambda Invoke": 1, "dynamodb BatchGetItem": 1, "dynamodb Query": 1, "dynamodb DeleteItem": 1 },
      reads: 2,
      writes: 1,
    });
  });
});

test("an ACK in a dialog costs a Lambda and a post; one without our route a Lambda", async () => {
  const { caller } = await establish(alice, bob);
  await service.cloud.settled();
  service.cloud.meter.reset();
  await alice.inDialog("ACK", caller);
  await bob.takeRequest("ACK");
  await alice.request("ACK", `sip:bob@${DOMAIN}`);
  expect(await bill()).toEqual({ calls: { "lambda Invoke": 2, "execute-api POST": 1 }, reads: 0, writes: 0 });
});

describe("of two watchers of a user", () => {
  const DAVE = `sip:dave@${DOMAIN}`;
  let dave: SocketPhone;
  let watchers: readonly SocketPhone[];
  beforeAll(async () => {
    [dave, watchers] = [await service.online("dave"), [bob, await service.online("carol")]];
  });

  test("the first costs 2 reads, a query, 4 writes, 2 timers and a post, the second a read, 2 writes and a timer less; an answer a write", async () => {
    for (const [index, watcher] of watchers.entries()) {
      await quiet(service);
      await subscribe(watcher, DAVE);
      const { calls, writes } = await bill();
      expect([writes, calls]).toEqual([
        4 - 2 * index,
        {
          "lambda Invoke": 1,
          "dynamodb BatchGetItem": 2 - index, // the first: the connections of dave, for his calls
          "dynamodb Query": 1, // how many it has
          "dynamodb PutItem": 3 - 2 * index,
          "dynamodb UpdateItem": 1, // the first: the mark of dave's connection
          "sqs SendMessage": 2 - index,
          "execute-api POST": 1,
        },
      ]);
      service.cloud.meter.reset();
      await takeNotify(watcher);
      expect(await bill()).toEqual({ calls: { "lambda Invoke": 1, "dynamodb UpdateItem": 1 }, reads: 0, writes: 1 });
    }
  });

  test("a change costs a read, a write, a query, and a post for each of them; their answers nothing but a Lambda", async () => {
    expect((await publish(dave, { body: pidf(DAVE) })).status).toBe(200);
    const { calls, writes } = await bill();
    expect([writes, calls]).toEqual([
      1,
      {
        "lambda Invoke": 1,
        "dynamodb BatchGetItem": 1,
        "dynamodb Query": 1,
        "dynamodb PutItem": 1,
        "execute-api POST": watchers.length,
      },
    ]);
    service.cloud.meter.reset();
    for (const watcher of watchers) await takeNotify(watcher);
    expect(await bill()).toEqual({ calls: { "lambda Invoke": 2 }, reads: 0, writes: 0 });
  });

  test("a REGISTER refresh of dave costs no more than without them", async () => {
    expect((await dave.register()).status).toBe(200);
    expect((await bill()).calls).toEqual({ "lambda Invoke": 1, "dynamodb BatchGetItem": 1, "dynamodb PutItem": 1 });
  });

  /** From INVITE to BYE, with the NOTIFYs of its answer and its end. */
  async function watchedCall() {
    const { caller } = await establish(alice, dave);
    for (const watcher of watchers) await takeNotify(watcher);
    await alice.inDialog("BYE", caller);
    await dave.answer(await dave.takeRequest("BYE"), 200);
    await alice.takeFinal("BYE");
    for (const watcher of watchers) await takeNotify(watcher);
    await service.cloud.settled();
    service.cloud.queues.advance(40);
    return bill();
  }

  test("a call of a watched user costs 3 reads, 2 queries, 2 writes and a refused one more, and a post for each watcher and change", async () => {
    const { calls } = await watchedCall();
    const more: Readonly<Record<string, number>> = {
      "lambda Invoke": 2 * watchers.length, // their answers
      "dynamodb BatchGetItem": 3, // the look after 200; the call at the BYE, and the look after it
      "dynamodb Query": 2,
      "dynamodb PutItem": 2,
      "dynamodb UpdateItem": 1, // the BYE's, refused because the call is watched
      "execute-api POST": 2 * watchers.length,
    };
    const of = { ...ofTrackedCall, "dynamodb Query": 0 };
    expect(calls).toEqual(
      Object.fromEntries(Object.entries(of).map(([name, count]) => [name, count + (more[name] ?? 0)])),
    );
  });
});

describe("of a list of two users", () => {
  const LISTED = [`sip:erin@${DOMAIN}`, `sip:frank@${DOMAIN}`];
  let members: readonly SocketPhone[];
  let within: Watching;
  beforeAll(async () => {
    members = [await service.online("erin"), await service.online("frank")];
  });

  /** A SUBSCRIBE of alice that brings the list. */
  function subscribeToList(): Promise<Watching> {
    return subscribe(alice, alice.aor, {
      body: resourceLists(LISTED),
      lines: [
        "Supported: eventlist",
        "Require: recipient-list-subscribe",
        "Content-Type: application/resource-lists+xml",
      ],
      expires: 3600,
    });
  }

  test("the first SUBSCRIBE costs 4 writes and a read of its connections for each member without a watcher, and 2 writes for the list", async () => {
    within = await subscribeToList();
    const { calls, writes } = await bill();
    expect([writes, calls]).toEqual([
      2 + 4 * LISTED.length,
      {
        "lambda Invoke": 1,
        "dynamodb BatchGetItem": 3 + LISTED.length, // the list; the members' states and policies; their registrations
        "dynamodb Query": 2, // how many alice has, and the watchers of the list
        "dynamodb PutItem": 2 + 3 * LISTED.length,
        "dynamodb UpdateItem": LISTED.length, // the marks of their connections
        "sqs SendMessage": 2 + LISTED.length,
        "execute-api POST": 1,
      },
    ]);
    await takeNotify(alice);
  });

  test("a refresh costs 2 writes, and a read of all members", async () => {
    await subscribe(alice, alice.aor, { within, expires: 3600 });
    const { calls, writes } = await bill();
    expect([writes, calls]).toEqual([
      2,
      {
        "lambda Invoke": 1,
        "dynamodb BatchGetItem": 2,
        "dynamodb PutItem": 1,
        "dynamodb UpdateItem": 1,
        "sqs SendMessage": 1,
        "execute-api POST": 1,
      },
    ]);
    await takeNotify(alice);
  });

  test("a change of a member costs two reads, a query and a write more for the list, and a post for each of its watchers", async () => {
    for (const member of members) {
      await quiet(service);
      expect((await publish(member, { body: pidf(member.aor) })).status).toBe(200);
      const { calls, writes } = await bill();
      expect([writes, calls]).toEqual([
        1 + 1,
        {
          "lambda Invoke": 1,
          "dynamodb BatchGetItem": 1 + 2,
          "dynamodb Query": 1 + 1,
          "dynamodb PutItem": 1 + 1,
          "execute-api POST": 1,
        },
      ]);
      service.cloud.meter.reset();
      await takeNotify(alice);
      expect(await bill()).toEqual({ calls: { "lambda Invoke": 1 }, reads: 0, writes: 0 });
    }
  });
});

test("the signing key is read once by each execution environment, not by each message", () => {
  expect(keyReaders.filter((caller) => caller === "default")).toHaveLength(1);
});

test("a keep-alive costs a Lambda and nothing else, and is answered", async () => {
  await alice.send("\r\n\r\n");
  expect(await bill()).toEqual({ calls: { "lambda Invoke": 1 }, reads: 0, writes: 0 });
  expect(alice.inbox.noise).toEqual(["\r\n"]);
});

test("junk costs a Lambda and nothing else", async () => {
  await alice.send("x".repeat(30_000));
  expect(await bill()).toEqual({ calls: { "lambda Invoke": 1 }, reads: 0, writes: 0 });
});

test("a user's own settings cost a batch read, and a change of them one write, which holds no more than its role allows", async () => {
  const TYPE = "application/vnd.sip-serverless.own-settings+json";
  await quiet(service);
  const lines = [`Accept: ${TYPE}`, `Content-Type: ${TYPE}`];
  const body = JSON.stringify({ blocked: ["sip:*@example.net"], forwarding: { busy: bob.aor } });
  expect((await alice.ask("OPTIONS", alice.aor, { lines, body })).status).toBe(200);
  expect(await bill()).toEqual({
    calls: { "lambda Invoke": 1, "dynamodb BatchGetItem": 1, "dynamodb UpdateItem": 1 },
    reads: 3, // the flow; the registration, which names its watchers; two subscribers at half of one
    writes: 1,
  });
  service.cloud.meter.reset();
  expect(JSON.parse((await alice.ask("OPTIONS", alice.aor, { lines })).body)).toEqual(JSON.parse(body));
  expect(await bill()).toEqual({
    calls: { "lambda Invoke": 1, "dynamodb BatchGetItem": 1 },
    reads: 1.5,
    writes: 0,
  });
  const none = JSON.stringify({ blocked: null, forwarding: null });
  expect((await alice.ask("OPTIONS", alice.aor, { lines, body: none })).body).toBe("{}");
});

test("a call to a user who is busy when in a call costs a read more, and 4 reads and nothing else while the user is in a call", async () => {
  const heidi = await service.online("heidi");
  /** The bill of an INVITE for her. */
  const ring = async () => {
    await quiet(service);
    await bob.request("INVITE", heidi.aor);
    const invite = await heidi.takeRequest("INVITE");
    const costs = await bill();
    await heidi.answer(invite, 486);
    await bob.takeFinal("INVITE");
    return costs;
  };
  const usual = await ring();
  const { region, credentials, endpoints, outputs } = service.cloud;
  const db = openTables({ region, credentials, endpoint: endpoints.dynamodb });
  await putPolicy(db, outputs["SubscribersTable"] ?? "", heidi.aor, { busyInCall: true });
  expect(await ring()).toEqual({
    calls: { ...usual.calls, "dynamodb BatchGetItem": (usual.calls["dynamodb BatchGetItem"] ?? 0) + 1 },
    reads: usual.reads + 1,
    writes: usual.writes,
  });
  await establish(bob, heidi);
  await quiet(service);
  expect((await alice.ask("INVITE", heidi.aor)).status).toBe(486);
  expect((await bill()).calls).toEqual({ "lambda Invoke": 1, "dynamodb BatchGetItem": 4 });
});

// The last one: its timers, for the call and for a push before the registration ends, come due within other tests.
test("a call to a phone that sleeps costs 2 writes, of 3 units, a push and a timer until the phone registers: the INVITE is in the registration", async () => {
  const phone = await deployment.phoneOf("judy")(service.cloud);
  await phone.close();
  await quiet(service);
  await alice.request("INVITE", phone.aor, usualOffer);
  await alice.takeResponse(100, "INVITE");
  expect(await bill()).toEqual({
    calls: { "lambda Invoke": 1, "dynamodb BatchGetItem": 1, "dynamodb PutItem": 2, "sqs SendMessage": 1 },
    reads: 2.5,
    writes: 3,
  });
  expect(deployment.pushes.received).toHaveLength(1);
});
