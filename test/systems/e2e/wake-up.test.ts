import { setTimeout } from "node:timers/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { headers } from "../../../lib/sip/syntax/message.ts";
import type { PushService } from "../../parts/aws/web-push/push-service.ts";
import { closeClouds } from "../../parts/local/cloud.ts";
import { onlinePhone } from "../../support/phone/socket.ts";
import { anOperatedService, type OperatedService } from "../../parts/cli/command.ts";
import { openPushDeployment, type PushDeployment } from "./push-deployment.ts";
import { DOMAIN } from "./service.ts";

// The deployed bundles and their file `web-push.cjs`, which the first push loads, with a push service on HTTPS.

const trusted = getCACertificates("default");
let deployment: PushDeployment;
let pushes: PushService;
let service: OperatedService;
beforeAll(async () => {
  deployment = await openPushDeployment();
  ({ pushes } = deployment);
  service = await anOperatedService(deployment.options);
});
afterAll(async () => {
  setDefaultCACertificates(trusted);
  service.stop();
  await closeClouds();
  await deployment.close();
});

/** As phones of the tests wait for a message. */
const PATIENCE_MILLISECONDS = 60_000;

/** The first `count` pushes; one that is sent again, because its response was late, counts once. */
async function pushed(count: number) {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const all = pushes.received.map(({ headers: { topic }, claims, content = "" }) => {
      return { topic, claims, content: JSON.parse(content) };
    });
    const distinct = new Map(all.map((one) => [JSON.stringify([one.topic, one.content.sip.event]), one]));
    if (distinct.size >= count) return [...distinct.values()];
    if (Date.now() > deadline) throw new Error(`${distinct.size} of ${count} pushes came`);
    await setTimeout(20);
  }
}

test("a closed phone gets one push for a call, rings when it registers, and gets one when the call is cancelled", async () => {
  const phone = deployment.phoneOf("bob");
  const bobOnline = () => phone(service.cloud);
  const alice = await service.online("alice");
  const first = await bobOnline();
  const caps = headers(await first.register(), "feature-caps").join();
  const vapidKey = /\+sip\.vapid="([\w-]+)"/.exec(caps)?.[1];
  await first.close();
  await service.cloud.settled();

  await alice.request("INVITE", first.aor);
  const [call] = await pushed(1);
  expect(call?.claims).toMatchObject({ aud: pushes.origin, sub: "mailto:ops@example.com", k: vapidKey });
  expect(call?.content).toMatchObject({
    web_push: 8030,
    notification: { title: "alice", body: "is calling", navigate: `https://${DOMAIN}/` },
    sip: { event: "call", from: alice.aor, to: first.aor },
  });
  const back = await bobOnline();
  await back.answer(await back.takeRequest("INVITE"), 200);
  await alice.takeResponse(200, "INVITE");
  await back.close();
  await service.cloud.settled();

  const cancelled = await alice.request("INVITE", first.aor);
  await pushed(2);
  await alice.request("CANCEL", first.aor, cancelled);
  await alice.takeResponse(487, "INVITE");
  const [, ring, stop, ...more] = await pushed(3);
  expect(more).toEqual([]);
  expect(ring?.content.sip.event).toBe("call");
  expect(stop?.topic).toBe(ring?.topic);
  expect(stop?.content).toMatchObject({ notification: { silent: true }, sip: { event: "stop" } });
});

test("the push of a text that its service puts off is sent again when it says, and not after the phone has registered", async () => {
  const { cloud } = service;
  const phone = deployment.phoneOf("bob");
  const alice = await service.online("alice");
  const aor = `sip:bob@${DOMAIN}`;
  const texts = () =>
    pushes.received
      .map(({ content = "" }) => JSON.parse(content))
      .filter(({ sip }) => sip.event === "message" && sip.to === aor);
  const pass = async (seconds: number) => {
    await cloud.settled();
    cloud.queues.advance(seconds);
    await cloud.settled();
  };
  const closed = await phone(cloud);
  await closed.close();
  await cloud.settled();

  pushes.answer({ status: 429, headers: { "retry-after": "60" } });
  await alice.request("MESSAGE", aor, { body: "Hi" });
  await alice.takeResponse(202, "MESSAGE");
  await pass(50);
  const first = texts(); // one for each device of bob, and the first is put off
  expect(first).toContainEqual(expect.objectContaining({ sip: expect.objectContaining({ from: alice.aor }) }));
  await pass(15);
  expect(texts()).toEqual([...first, first[0]]);

  pushes.answer({ status: 503, headers: { "retry-after": "60" } });
  await alice.request("MESSAGE", aor, { body: "Hi again" });
  await alice.takeResponse(202, "MESSAGE");
  await cloud.settled();
  expect(texts()).toHaveLength(2 * first.length + 1);
  const back = await phone(cloud);
  for (const body of ["Hi", "Hi again"]) {
    const message = await back.takeRequest("MESSAGE");
    expect(message.body).toBe(body);
    await back.answer(message, 200);
  }
  await pass(65);
  expect(texts()).toHaveLength(2 * first.length + 1);
  await back.close();
  await cloud.settled();
});

test("a closed phone is asked twice to register again before its registration ends, and once more after it has", async () => {
  const online = deployment.phoneOf("alice");
  const { cloud } = service;
  const aor = `sip:alice@${DOMAIN}`;
  const toDevice = () =>
    pushes.received.filter(({ content = "" }) => content.includes(`"event":"refresh","to":"${aor}"`));
  const refreshes = () => toDevice().map(({ content = "" }) => JSON.parse(content));
  const pass = async (seconds: number) => {
    await cloud.settled();
    cloud.queues.advance(seconds);
    await cloud.settled();
  };
  const leave = async () => {
    const phone = await online(cloud);
    await phone.close();
    await cloud.settled();
  };
  await leave();
  await pass(290);
  expect(refreshes()).toEqual([]);
  await pass(20);
  expect(refreshes()).toHaveLength(1);
  await pass(500); // its time is counted from now, by the clock of the function
  expect(refreshes()).toHaveLength(2);
  const [first] = refreshes();
  expect(first).toMatchObject({
    web_push: 8030,
    notification: { title: `alice@${DOMAIN}`, body: "Open the phone to stay signed in", silent: true },
    sip: { event: "refresh", to: aor },
  });
  expect(toDevice().map(({ headers }) => headers["urgency"])).toEqual(["normal", "normal"]);
  await pass(800);
  expect(refreshes()).toHaveLength(2);
  await leave();
  await pass(310);
  expect(refreshes()).toHaveLength(3);
});

test("push test sends a notification to each phone of a user, says what its service answered, and what to do", async () => {
  setDefaultCACertificates([...trusted, pushes.certificate]);
  const [phone, other] = [pushes.subscribe(), pushes.subscribe()];
  for (const [index, { prid, param }] of [phone, other].entries()) {
    const instance = `urn:uuid:00000000-0000-4000-8000-00000000000${index}`;
    const uriParameters = `;pn-provider=webpush;pn-prid=${encodeURIComponent(prid)};pn-param=${param}`;
    const online = await onlinePhone(service.cloud.ws, { user: "carol", domain: DOMAIN, instance, uriParameters });
    if (index === 0) await online.close();
  }
  await service.cloud.settled();
  expect((await service.sip(["push", "test", "dave"])).error).toContain("No phone of dave can be woken");

  const before = pushes.received.length;
  const taken = await service.json(["push", "test", "carol"]);
  const host = new URL(pushes.origin).host;
  expect(taken).toMatchObject([
    { state: "connected", service: host, answer: "201", advice: expect.stringContaining("shows") },
    { state: "asleep", service: host, answer: "201", advice: expect.stringContaining("shows") },
  ]);
  const content = pushes.received
    .slice(before)
    .map((one) => JSON.parse(one.content ?? ""))
    .filter(({ sip }) => sip.event === "test");
  expect(content.map(({ sip, notification }) => [sip.event, notification.title])).toEqual([
    ["test", `carol@${DOMAIN}`],
    ["test", `carol@${DOMAIN}`],
  ]);

  pushes.answer({ status: 410 }, { status: 410 });
  const gone = await service.sip(["push", "test", "carol"]);
  expect([gone.code, gone.out]).toEqual([1, expect.stringContaining("410")]);
  expect(gone.out).toContain("sign in again");
  expect(gone.error).toContain("2 of 2 pushes were not taken");
});
