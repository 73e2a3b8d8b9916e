import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { sumOf } from "../../../lib/operations/prices.ts";
import { WORK } from "../../../lib/operations/work.ts";
import { openTables } from "../../../lib/aws/client/dynamodb.ts";
import { putPolicy } from "../../../lib/aws/dynamodb/subscriber.ts";
import { closeClouds } from "../../parts/local/cloud.ts";
import type { SocketPhone } from "../../support/phone/socket.ts";
import { type Counter, counterOf } from "./counted-work.ts";
import { type HttpsEndpoint, startHttpsEndpoint } from "../../support/https-endpoint.ts";
import { OFFER } from "../../support/phone/http-endpoint.ts";
import { assemblyWith } from "../hostile/limits/assembly.ts";
import { aCountedService, DOMAIN, type Service } from "./service.ts";
import { usualOffer } from "./usual-offer.ts";

// The counts behind docs/cost.md, on the deployed bundles.

let service: Service;
let counter: Counter;
let alice: SocketPhone;
let bobs: SocketPhone[];
let endpoint: HttpsEndpoint;
beforeAll(async () => {
  endpoint = await startHttpsEndpoint();
  const { host, certificates } = endpoint;
  const assembly = assemblyWith({ httpHosts: [host] });
  service = await aCountedService({ assembly, httpCertificates: certificates });
  counter = counterOf(service);
  bobs = [await service.online("bob")];
  alice = await service.online("alice");
});
afterAll(async () => {
  await closeClouds();
  await endpoint.close();
});

/** The REGISTER drops the calls before from the row that the INVITE writes: they are over. */
async function begin(): Promise<void> {
  for (const phone of bobs) await phone.register();
  await counter.begin();
}
beforeEach(begin);

/** All phones of Bob ring; the first one answers and hangs up. Each event is settled before the next. */
async function aCall({ isTried = false } = {}): Promise<void> {
  const { settled } = service.cloud;
  const invite = await alice.request("INVITE", `sip:bob@${DOMAIN}`, usualOffer);
  await alice.takeResponse(100, "INVITE");
  const ringing = [];
  for (const phone of bobs) ringing.push({ phone, request: await phone.takeRequest("INVITE") });
  for (const { phone, request } of ringing) {
    if (isTried) await phone.answer(request, 100);
    await settled();
    await phone.answer(request, 180);
    await alice.takeResponse(180, "INVITE");
    await settled();
  }
  const [first, ...others] = ringing;
  if (first === undefined) throw new TypeError("a phone");
  await first.phone.answer(first.request, 200, usualOffer);
  const caller = alice.dialogAsCaller(invite, await alice.takeResponse(200, "INVITE"));
  await alice.inDialog("ACK", caller, { cseq: invite.cseq });
  await first.phone.takeRequest("ACK");
  for (const { phone, request } of others) {
    await phone.answer(await phone.takeRequest("CANCEL"), 200);
    await phone.answer(request, 487);
    await phone.takeRequest("ACK");
    await settled();
  }
  await alice.inDialog("BYE", caller);
  await first.phone.answer(await first.phone.takeRequest("BYE"), 200);
  await alice.takeFinal("BYE");
}

describe("the stated cost is that of", () => {
  test("a call, and its log is 2 KB at most", async () => {
    await aCall(); // an environment's first lines say so
    await begin();
    await aCall();
    expect(await counter.counted(WORK.call)).toEqual(WORK.call);
    expect(counter.logged()).toBeLessThanOrEqual(2048);
  });

  test("a call whose callee sends a 100 of its own", async () => {
    const stated = sumOf([1, WORK.call], [1, WORK.trying]);
    await aCall({ isTried: true });
    await begin();
    await aCall({ isTried: true });
    expect(await counter.counted(stated)).toEqual(stated);
  });

  /** Alice calls an HTTP callee, and hangs up if it answers. Each event is settled before the next. */
  async function anHttpCall(): Promise<void> {
    const sdp = { body: OFFER, lines: ["Content-Type: application/sdp"] };
    const invite = await alice.request("INVITE", `sip:studio@${DOMAIN}`, sdp);
    await alice.takeResponse(180, "INVITE");
    const final = await alice.takeFinal("INVITE");
    await service.cloud.settled();
    if (final.status !== 200) return;
    const dialog = alice.dialogAsCaller(invite, final);
    await alice.inDialog("ACK", dialog, { cseq: invite.cseq });
    await service.cloud.settled();
    await alice.inDialog("BYE", dialog);
    await alice.takeFinal("BYE");
  }

  test.each([
    ["answered", WORK.httpCall, undefined],
    ["refused", WORK.httpRefusal, { status: 403 }],
  ] as const)("a call to an HTTP callee that is %s", async (_what, stated, reply) => {
    const { region, credentials, endpoints, outputs } = service.cloud;
    const db = openTables({ region, credentials, endpoint: endpoints.dynamodb });
    const http = { url: `https://${endpoint.host}/whip` };
    await putPolicy(db, outputs["SubscribersTable"] ?? "", `sip:studio@${DOMAIN}`, { http });
    endpoint.reply = () => reply;
    await anHttpCall();
    await counter.begin();
    await anHttpCall();
    expect(await counter.counted(stated)).toEqual(stated);
  });

  test("a text message", async () => {
    const [bob] = bobs;
    if (bob === undefined) throw new TypeError("a phone");
    await alice.request("MESSAGE", `sip:bob@${DOMAIN}`, { body: "hello", lines: ["Content-Type: text/plain"] });
    await bob.answer(await bob.takeRequest("MESSAGE"), 200);
    await alice.takeFinal("MESSAGE");
    expect(await counter.counted(WORK.message)).toEqual(WORK.message);
  });

  test("a refresh", async () => {
    expect((await alice.register()).status).toBe(200);
    expect(await counter.counted(WORK.refresh)).toEqual(WORK.refresh);
  });

  test("a new connection, and of its end", async () => {
    const carol = await service.online("carol");
    expect(await counter.counted(WORK.connect)).toEqual(WORK.connect);
    await counter.begin();
    await carol.close();
    expect(await counter.counted(WORK.disconnect)).toEqual(WORK.disconnect);
  });

  test.each(Object.entries(WORK.forks))("a call to %s devices", async (devices, stated) => {
    while (bobs.length < Number(devices)) bobs.push(await service.online("bob"));
    await aCall();
    await begin();
    await aCall();
    expect(await counter.counted(stated)).toEqual(stated);
  });
});
