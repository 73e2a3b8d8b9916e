import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createTicket, readTicket } from "../../../lib/aws/authorizer/ticket.ts";
import { parseSigningSecret } from "../../../lib/aws/secrets-manager/signing-secret.ts";
import { sign } from "../../../lib/sip/tokens/signature.ts";
import { establish } from "../../support/phone/call.ts";
import { aGuardedService, DOMAIN, type GuardedService, TOKEN } from "./service.ts";

const now = () => Date.now() / 1000;

describe("a ticket in a handshake", () => {
  let service: GuardedService;
  beforeAll(async () => {
    service = await aGuardedService();
  });
  afterAll(() => service.close());

  const statusOf = async (ticket: string): Promise<number> => (await service.knock({ query: { ticket } })).status;
  const refusalOf = (ticket: string): Promise<unknown> => service.refusalOf({ query: { ticket } });

  test("lets its user in, who registers without a password", async () => {
    const alice = await service.phoneWithTicket("alice", await service.ticket("alice"));
    expect((await alice.register()).status).toBe(200);
    expect(alice.inbox.titles()).not.toContain("401 REGISTER");
  });

  test("is good once", async () => {
    const ticket = await service.ticket("alice");
    expect(await statusOf(ticket)).toBe(101);
    expect(await refusalOf(ticket)).toBe("ticket was redeemed before");
  });

  test("shown by ten at the same time lets one in", async () => {
    const ticket = await service.ticket("alice");
    const all = await Promise.all(Array.from({ length: 10 }, () => statusOf(ticket)));
    expect(all.toSorted((a, b) => a - b)).toEqual([101, ...Array.from({ length: 9 }, () => 403)]);
  });

  test("as a second subprotocol does the same, and sip is the chosen one", async () => {
    const offers = ["sip", `ticket.${await service.ticket("alice")}`];
    expect(await service.knock({ offers })).toEqual({ status: 101, chosen: "sip" });
  });

  test("is over after a minute", async () => {
    expect(await statusOf(await service.ticket("alice", { now: now() - 55 }))).toBe(101);
    expect(await refusalOf(await service.ticket("alice", { now: now() - 61 }))).toBe("ticket is forged or over");
  });

  test("for another time than now is refused, however well it is signed", async () => {
    expect(await refusalOf(await service.ticket("alice", { now: now() + 3600 }))).toBe("ticket is forged or over");
  });

  test("signed with another secret is refused", async () => {
    const ticket = createTicket('{"current":"another"}', `sip:alice@${DOMAIN}`, now());
    expect(await refusalOf(ticket)).toBe("ticket is forged or over");
  });

  test("that was changed is refused", async () => {
    const [expiry = "", id = "", , signature = ""] = (await service.ticket("alice")).split(".");
    const bob = Buffer.from(`sip:bob@${DOMAIN}`).toString("base64url");
    expect(await refusalOf([expiry, id, bob, signature].join("."))).toBe("ticket is forged or over");
  });

  test("for a domain that is not ours is refused", async () => {
    const ticket = await service.ticket("alice", { domain: "example.org" });
    expect(await refusalOf(ticket)).toBe("ticket is not for a user of this deployment");
  });

  test("beside a token is refused, although each would be accepted", async () => {
    const query = { ticket: await service.ticket("alice"), token: await service.issuer.token("bob") };
    expect(await service.knock({ query })).toMatchObject({ status: 403 });
  });

  test("stands in no line of the run", async () => {
    expect(service.tickets.length).toBeGreaterThan(5);
    for (const ticket of service.tickets) {
      for (const part of ticket.split(".").slice(1)) expect(service.log()).not.toContain(part);
    }
  });

  test("lets its user in while the issuer is down, which refuses tokens and leaves open connections alone", async () => {
    const { issuer } = service;
    const token = await issuer.token("mallory");
    const alice = await service.phoneWithTicket("alice", await service.ticket("alice")); // asks no issuer
    await alice.online();
    issuer.close();
    while (await fetch(issuer.url).then(Boolean, () => false)) await service.cloud.settled();

    for (const how of [{ query: { token } }, { offers: ["sip", `token.${token}`] }]) {
      expect(await service.knock(how)).toEqual({ status: 403, chosen: "" });
    }
    await service.cloud.settled();
    const errors = service.cloud.logs.filter(({ level, source }) => level === "ERROR" && source === "authorize");
    expect(errors.map(({ text }) => JSON.parse(text).message)).toEqual([
      "no token can be verified",
      "no token can be verified",
    ]);
    expect(service.log()).toContain(`${issuer.url}/.well-known/openid-configuration cannot be reached`);
    expect(service.log()).not.toMatch(TOKEN);

    const bob = await service.phoneWithTicket("bob", await service.ticket("bob"));
    await bob.online();
    const { caller } = await establish(alice, bob);
    await alice.inDialog("BYE", caller);
    await bob.answer(await bob.takeRequest("BYE"), 200);
    expect((await alice.takeFinal("BYE")).status).toBe(200);
  });
});

describe("a ticket", () => {
  const secret = '{"current":"new key","previous":"old key"}';
  const keys = parseSigningSecret(secret)(1_000_000);
  const aor = "sip:alice@example.com";

  test("lives for a minute and says whose it is", () => {
    const ticket = createTicket(secret, aor, 1000.9);
    expect(readTicket(ticket, 1059, keys)).toEqual({ id: expect.stringMatching(/^[\w-]{16}$/), aor, expiresAt: 1060 });
    expect(readTicket(ticket, 1060, keys)).toBeUndefined();
    expect(readTicket(ticket, 969, keys)).toBeUndefined();
  });

  test("goes into a query and a subprotocol as it is (RFC 6455 §4.1)", () => {
    expect(createTicket(secret, "sip:j%C3%BCrgen@example.com", 1000)).toMatch(/^[\w.-]+$/);
  });

  test("is made in any language: HMAC-SHA-256 over the purpose, a line feed and the content", () => {
    const content = `1060.any-random-text.${Buffer.from(aor).toString("base64url")}`;
    const signature = createHmac("sha256", "new key").update(`ticket\n${content}`).digest("base64url").slice(0, 22);
    expect(readTicket(`${content}.${signature}`, 1000, keys)).toMatchObject({ id: "any-random-text", aor });
  });

  test("made before a rotation of the secret is good after it", () => {
    const before = createTicket('{"current":"old key"}', aor, 1000);
    expect(readTicket(before, 1001, keys)).toMatchObject({ aor });
    expect(readTicket(before, 1001, { current: keys.current })).toBeUndefined();
  });

  test("is not a token that the server signed for another purpose", () => {
    const content = `1060.x.${Buffer.from(aor).toString("base64url")}`;
    expect(readTicket(`${content}.${sign("ticket", content, keys)}`, 1000, keys)).toBeDefined();
    expect(readTicket(`${content}.${sign("nonce", content, keys)}`, 1000, keys)).toBeUndefined();
  });

  test.each(["", ".", "...", "1060.x.y.", "x".repeat(5000)])("is not %j", (text) => {
    expect(readTicket(text, 1000, keys)).toBeUndefined();
  });

  test.each([
    ["{}", aor, "no signing key"],
    ['{"current":5}', aor, "no signing key"],
    [secret, "alice", "write sip:user@domain"],
    [secret, "sip:alice@EXAMPLE.com", "write sip:user@domain"],
    [secret, "sip:alice@example.com;x=y", "write sip:user@domain"],
  ])("cannot be made of %s for %s", (value, whom, message) => {
    expect(() => createTicket(value, whom, 1000)).toThrow(message);
  });
});
