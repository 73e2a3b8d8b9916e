import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { SocketPhone } from "../../support/phone/socket.ts";
import { DOMAIN } from "../../systems/e2e/service.ts";
import { closeClouds } from "../local/cloud.ts";
import { anOperatedService, type OperatedService } from "./command.ts";

let service: OperatedService;
let alice: SocketPhone;

beforeAll(async () => {
  service = await anOperatedService();
  alice = await service.online("alice");
  for (const [user, body] of Object.entries({ bob: "Where are you?", carol: "Hello" })) {
    const lines = ["Content-Type: text/plain"];
    await alice.ask("MESSAGE", `sip:${user}@${DOMAIN}`, { body, lines });
  }
  await alice.ask("MESSAGE", `sip:bob@${DOMAIN}`, { body: "Still waiting" });
});
afterAll(async () => {
  service.stop();
  await closeClouds();
});

describe("messages", () => {
  test("counts those that wait for each user", async () => {
    expect(await service.json(["messages"])).toMatchObject([
      { for: `bob@${DOMAIN}`, waiting: 2 },
      { for: `carol@${DOMAIN}`, waiting: 1 },
    ]);
  });

  test("lists those of a user in their order, without what they say", async () => {
    const { out } = await service.sip(["messages", "bob"]);
    expect(out).toMatch(
      /^FOR +FROM +AGE +EXPIRES +TYPE +CHARACTERS +ID\nbob@example.com +alice@example.com .* text\/plain +14 /,
    );
    expect(out).not.toContain("Where");
    expect((await service.sip(["messages", "dave"])).out).toContain("No messages wait for dave.");
  });

  test("shows what they say if asked", async () => {
    expect(await service.json(["messages", "bob", "--bodies"])).toMatchObject([
      { body: "Where are you?" },
      { body: "Still waiting" },
    ]);
  });

  test("remove asks, and removes one or all of a user", async () => {
    expect((await service.sip(["messages", "remove", "bob"])).error).toContain(
      "Remove 2 messages for bob undelivered?",
    );
    const [{ id }]: [{ id: string }] = Object(await service.json(["messages", "bob"]));
    expect((await service.sip(["messages", "remove", "bob", "--id", id, "--yes"])).out).toBe(
      "Removed 1 message for bob\n",
    );
    expect(await service.json(["messages", "remove", "bob", "--yes"])).toMatchObject({ removed: [expect.any(String)] });
    expect((await service.sip(["messages", "remove", "bob", "--yes"])).code).toBe(1);
    expect(await service.json(["messages"])).toMatchObject([{ for: `carol@${DOMAIN}` }]);
  });
});
