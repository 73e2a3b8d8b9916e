import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { resourceLists } from "../../support/phone/resource-list.ts";
import { subscribe, takeNotify } from "../../support/phone/watcher.ts";
import { DOMAIN } from "../../systems/e2e/service.ts";
import { closeClouds } from "../local/cloud.ts";
import { anOperatedService, type OperatedService } from "./command.ts";

let service: OperatedService;

beforeAll(async () => {
  service = await anOperatedService();
  const [alice, bob] = [await service.online("alice"), await service.online("bob")];
  await subscribe(alice, `sip:bob@${DOMAIN}`, { event: "dialog" });
  await takeNotify(alice);
  await subscribe(bob, `sip:carol@${DOMAIN}`);
  await subscribe(alice, `sip:alice@${DOMAIN}`, {
    body: resourceLists([`sip:bob@${DOMAIN}`, `sip:carol@${DOMAIN}`]),
    lines: [
      "Supported: eventlist",
      "Require: recipient-list-subscribe",
      "Content-Type: application/resource-lists+xml",
    ],
  });
  await service.cloud.settled();
});
afterAll(async () => {
  service.stop();
  await closeClouds();
});

describe("watchers", () => {
  test("counts those of each address and package", async () => {
    expect(await service.json(["watchers"])).toEqual([
      { address: `alice@${DOMAIN}`, package: "presence.list", watchers: 1 },
      { address: `bob@${DOMAIN}`, package: "dialog", watchers: 1 },
      { address: `carol@${DOMAIN}`, package: "presence", watchers: 1 },
    ]);
  });

  test("lists those of a user and the addresses that it watches, with the state of each subscription", async () => {
    expect(await service.json(["watchers", "bob"])).toMatchObject([
      { address: `bob@${DOMAIN}`, package: "dialog", watcher: `alice@${DOMAIN}`, state: "active" },
      { address: `carol@${DOMAIN}`, package: "presence", watcher: `bob@${DOMAIN}`, state: "unanswered" },
    ]);
    const { out } = await service.sip(["watchers", "alice"]);
    expect(out).toMatch(
      /^ADDRESS +PACKAGE +WATCHER +EXPIRES +STATE +CALL-ID\nalice@example.com +presence.list +alice@/,
    );
  });

  test("lists a list once, and not its members", async () => {
    const rows = await service.json(["watchers", "alice"]);
    expect(rows).toMatchObject([
      { address: `alice@${DOMAIN}`, package: "presence.list", watcher: `alice@${DOMAIN}` },
      { address: `bob@${DOMAIN}`, package: "dialog", watcher: `alice@${DOMAIN}` },
    ]);
  });

  test("says that a user has none", async () => {
    expect((await service.sip(["watchers", "dave"])).out).toContain("dave has no watcher and watches no address.");
  });
});
