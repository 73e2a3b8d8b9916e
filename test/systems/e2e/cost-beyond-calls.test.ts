import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openTables } from "../../../lib/aws/client/dynamodb.ts";
import { putSubscriber } from "../../../lib/aws/dynamodb/subscriber.ts";
import { sumOf } from "../../../lib/operations/prices.ts";
import { WORK } from "../../../lib/operations/work.ts";
import { closeClouds } from "../../parts/local/cloud.ts";
import { resourceLists } from "../../support/phone/resource-list.ts";
import type { SocketPhone } from "../../support/phone/socket.ts";
import { etagOf, pidf, publish, subscribe, takeNotify } from "../../support/phone/watcher.ts";
import { type Counter, counterOf } from "./counted-work.ts";
import { openPushDeployment, type PushDeployment } from "./push-deployment.ts";
import { aCountedService, DOMAIN, type Service } from "./service.ts";
import { usualOffer } from "./usual-offer.ts";

// The counts behind docs/cost.md for presence, texts that wait and phones that are woken, on the deployed bundles.

let deployment: PushDeployment;
let service: Service;
let counter: Counter;
let alice: SocketPhone;
beforeAll(async () => {
  deployment = await openPushDeployment();
  service = await aCountedService(deployment.options, ["grace", "heidi", "ivan"]);
  counter = counterOf(service);
  alice = await service.online("alice");
});
afterAll(async () => {
  await closeClouds();
  await deployment.close();
});

describe("the stated cost is that of", () => {
  describe("a user who is away:", () => {
    test("a refresh of a phone that uses none of this", async () => {
      await counter.begin();
      expect((await alice.register()).status).toBe(200);
      expect(await counter.counted(WORK.refresh)).toEqual(WORK.refresh);
    });

    test("a text that waits, and comes with the next connection", async () => {
      const first = await service.online("erin");
      const login = () => service.online("erin", first.instance ?? "");
      await first.close();
      await (await login()).close();
      await counter.begin();
      const usual = await login();
      expect(await counter.counted(WORK.connect)).toEqual(WORK.connect);
      await usual.close();

      await counter.begin();
      expect(
        (await alice.ask("MESSAGE", first.aor, { body: "hello", lines: ["Content-Type: text/plain"] })).status,
      ).toBe(202);
      const back = await login();
      await back.answer(await back.takeRequest("MESSAGE"), 200);
      const stated = sumOf([1, WORK.connect], [1, WORK.storedMessage]);
      expect(await counter.counted(stated)).toEqual(stated);
    });

    /** Each event is settled before the next. */
    async function wakingCall(user: string): Promise<void> {
      const { settled } = service.cloud;
      const online = deployment.phoneOf(user);
      const { aor, close } = await online(service.cloud);
      await close();
      await counter.begin();
      const invite = await alice.request("INVITE", aor, usualOffer);
      await alice.takeResponse(100, "INVITE");
      await settled();
      const back = await online(service.cloud);
      const request = await back.takeRequest("INVITE");
      await settled();
      await back.answer(request, 180);
      await alice.takeResponse(180, "INVITE");
      await settled();
      await back.answer(request, 200, usualOffer);
      const caller = alice.dialogAsCaller(invite, await alice.takeResponse(200, "INVITE"));
      await alice.inDialog("ACK", caller, { cseq: invite.cseq });
      await back.takeRequest("ACK");
      await alice.inDialog("BYE", caller);
      await back.answer(await back.takeRequest("BYE"), 200);
      await alice.takeFinal("BYE");
    }

    test("a call that wakes a phone, with the connection of the phone and one push", async () => {
      await wakingCall("frank"); // an environment's first lines say so
      const pushed = deployment.pushes.received.length;
      await wakingCall("grace");
      const stated = sumOf([1, WORK.call], [1, WORK.connect], [1, WORK.wakeUp]);
      expect(await counter.counted(stated)).toEqual(stated);
      expect(deployment.pushes.received.length - pushed).toBe(1);
    });
  });

  describe("a phone that stays away:", () => {
    /** The first push of `wake-up-app.ts` is due 300 s after the REGISTER, and the next one 110 s later. */
    async function firstRefreshPush(user: string): Promise<void> {
      const phone = await deployment.phoneOf(user)(service.cloud);
      await phone.close();
      await counter.begin();
      service.cloud.queues.advance(270);
      await service.cloud.settled();
    }

    test("a push that asks a phone to register again", async () => {
      await firstRefreshPush("heidi"); // an environment's first lines say so
      const pushed = deployment.pushes.received.length;
      await firstRefreshPush("ivan");
      expect(await counter.counted(WORK.refreshPush)).toEqual(WORK.refreshPush);
      expect(deployment.pushes.received.length - pushed).toBe(1);
    });
  });

  describe("presence:", () => {
    let dave: SocketPhone;
    let watchers: readonly SocketPhone[];
    let tag: string;
    beforeAll(async () => {
      await service.cloud.settled();
      service.cloud.queues.advance(600); // pushes to the phones above
      await service.cloud.settled();
      dave = await service.online("dave");
      watchers = [await service.online("bob"), await service.online("carol")];
      tag = etagOf(await publish(dave, { body: pidf(dave.aor) }));
    });

    /** Each watcher answers. */
    async function change(told: readonly SocketPhone[]): Promise<void> {
      tag = etagOf(await publish(dave, { body: pidf(dave.aor), tag }));
      for (const watcher of told) await takeNotify(watcher);
    }

    test("the first subscription to a user and its refresh, and a second one", async () => {
      const works = [WORK.firstSubscription, WORK.subscription];
      for (const [index, watcher] of watchers.entries()) {
        await counter.begin();
        const within = await subscribe(watcher, dave.aor);
        await takeNotify(watcher);
        const stated = works[index] ?? {};
        expect(await counter.counted(stated)).toEqual(stated);
        if (index > 0) continue;
        await counter.begin();
        await subscribe(watcher, dave.aor, { within });
        await takeNotify(watcher);
        expect(await counter.counted(WORK.subscriptionRefresh)).toEqual(WORK.subscriptionRefresh);
      }
    });

    test("a change, with a NOTIFY for each watcher", async () => {
      await counter.begin();
      await change(watchers);
      const stated = sumOf([1, WORK.presenceChange], [watchers.length, WORK.watcher]);
      expect(await counter.counted(stated)).toEqual(stated);
    });

    test("nine further changes, of which each watcher must answer one", async () => {
      await counter.begin();
      for (let number = 1; number <= 9; number += 1) await change(watchers);
      const each = sumOf([9, WORK.watcher], [1, WORK.askedNotify]);
      const stated = sumOf([9, WORK.presenceChange], [watchers.length, each]);
      expect(await counter.counted(stated)).toEqual(stated);
    });
  });

  describe("a list of ten users:", () => {
    test("a subscription to it, and its refresh", async () => {
      const { region, credentials, endpoints, outputs } = service.cloud;
      const db = openTables({ region, credentials, endpoint: endpoints.dynamodb });
      const members = Array.from({ length: 10 }, (_, index) => `member${index}`);
      for (const user of members) {
        await putSubscriber(db, outputs["SubscribersTable"] ?? "", { user, password: user, domain: DOMAIN });
        await service.online(user);
      }
      await counter.begin();
      const within = await subscribe(alice, alice.aor, {
        body: resourceLists(members.map((user) => `sip:${user}@${DOMAIN}`)),
        lines: [
          "Supported: eventlist",
          "Require: recipient-list-subscribe",
          "Content-Type: application/resource-lists+xml",
        ],
      });
      await takeNotify(alice);
      expect(await counter.counted(WORK.listSubscription)).toEqual(WORK.listSubscription);
      await counter.begin();
      await subscribe(alice, alice.aor, { within });
      await takeNotify(alice);
      expect(await counter.counted(WORK.listRefresh)).toEqual(WORK.listRefresh);
    });
  });
});
