import { createPublicKey } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { SignJWT, UnsecuredJWT } from "jose";
import { establish } from "../../support/phone/call.ts";
import { aKey, signed } from "./issuer.ts";
import { aGuardedService, DOMAIN, type GuardedService, NOT_A_USER, ORIGIN, TOKEN } from "./service.ts";

// The deployed bundles, guarded by tokens of a real issuer: the admitted users, and the log about them.

let service: GuardedService;
beforeAll(async () => {
  service = await aGuardedService();
});
afterAll(() => service.close());

const statusOf = async (token: string): Promise<number> => (await service.knock({ query: { token } })).status;
const refusalOf = (token: string): Promise<unknown> => service.refusalOf({ query: { token } });

describe("a token of the issuer", () => {
  test("in the query lets its user in, who registers without a password", async () => {
    const alice = await service.phone("alice");
    await alice.request("REGISTER", `sip:${DOMAIN}`, { to: alice.aor, lines: [`Contact: <${alice.contact}>`] });
    expect((await alice.takeFinal("REGISTER")).status).toBe(200);
    expect(alice.inbox.titles()).not.toContain("401 REGISTER");
  });

  test("carries a call", async () => {
    const [carol, dave] = [await service.phone("carol"), await service.phone("dave")];
    await carol.online();
    await dave.online();
    const { caller } = await establish(carol, dave);
    await carol.inDialog("BYE", caller);
    await dave.answer(await dave.takeRequest("BYE"), 200);
    expect((await carol.takeFinal("BYE")).status).toBe(200);
    expect(carol.inbox.titles()).not.toContain("407 INVITE");
  });

  test("as a second subprotocol does the same, and sip is the chosen one", async () => {
    const offers = ["sip", `token.${await service.issuer.token("alice")}`];
    expect(await service.knock({ offers })).toEqual({ status: 101, chosen: "sip" });
    expect(await service.knock({ offers: offers.toReversed() })).toEqual({ status: 101, chosen: "sip" });
  });

  test("without the subprotocol sip opens nothing (RFC 7118 §4.1)", async () => {
    const token = await service.issuer.token("alice");
    expect(await service.knock({ offers: [`token.${token}`] })).toMatchObject({ status: 400 });
  });

  test("cannot register another address, or call in another's name", async () => {
    const mallory = await service.phone("mallory");
    const contact = [`Contact: <${mallory.contact}>`];
    await mallory.request("REGISTER", `sip:${DOMAIN}`, { to: `sip:alice@${DOMAIN}`, lines: contact });
    expect((await mallory.takeFinal("REGISTER")).status).toBe(403);
    await mallory.request("INVITE", `sip:alice@${DOMAIN}`, { from: `sip:bob@${DOMAIN}` });
    expect((await mallory.takeFinal("INVITE")).status).toBe(403);
  });
});

describe("a connection is refused with", () => {
  test("nothing", async () => {
    expect(await service.knock({})).toMatchObject({ status: 403 });
  });

  test("no subprotocol: 401, and no Lambda is asked", async () => {
    await service.cloud.settled();
    service.cloud.meter.reset();
    const token = await service.issuer.token("alice");
    expect(await service.knock({ query: { token }, offers: [] })).toMatchObject({ status: 401 });
    expect(service.cloud.meter.calls.filter(({ service: api }) => api === "lambda")).toEqual([]);
  });

  test.each([
    ["what is no JWT", "ey.ey.ey"],
    ["a NUL and line ends", "\0\r\nX: y"],
    ["8000 characters", "x".repeat(8000)],
  ])("%s", async (_what, token) => {
    expect(await statusOf(token)).toBe(403);
  });

  test("a token signed with another key under the issuer's key id", async () => {
    const token = await signed(aKey(service.issuer.key.kid), service.claims());
    expect(await refusalOf(token)).toBe("ERR_JWS_SIGNATURE_VERIFICATION_FAILED");
  });

  test("a token signed with a key the issuer does not have", async () => {
    expect(await refusalOf(await signed(aKey(), service.claims()))).toBe("ERR_JWKS_NO_MATCHING_KEY");
  });

  test("alg none, however it is spelled", async () => {
    const unsigned = new UnsecuredJWT({ ...service.claims(), preferred_username: "alice" })
      .setExpirationTime("5 min")
      .encode();
    expect(await refusalOf(unsigned)).toBe("ERR_JOSE_ALG_NOT_ALLOWED");
    const [, payload = ""] = (await service.issuer.token("alice")).split(".");
    const header = Buffer.from('{"alg":"NONE"}').toString("base64url");
    expect(await refusalOf(`${header}.${payload}.`)).toBe("ERR_JOSE_ALG_NOT_ALLOWED");
  });

  test("HS256 with the issuer's public key as the secret", async () => {
    const pem = createPublicKey({ key: { ...service.issuer.key }, format: "jwk" }).export({
      type: "spki",
      format: "pem",
    });
    const token = await new SignJWT({ ...service.claims(), preferred_username: "alice" })
      .setProtectedHeader({ alg: "HS256", kid: service.issuer.key.kid ?? "" })
      .setExpirationTime("5 min")
      .sign(Buffer.from(pem));
    expect(await refusalOf(token)).toBe("ERR_JOSE_ALG_NOT_ALLOWED");
  });

  test.each<[string, Readonly<Record<string, unknown>>, { from?: number; to?: number }, string]>([
    ["a token that expired", {}, { to: -31 }, "exp check_failed"],
    ["a token that is not yet valid", {}, { from: 40 }, "nbf check_failed"],
    ["a token that never expires", { exp: undefined }, {}, "exp missing"],
    ["a token of another issuer", { iss: "https://login.example.org" }, {}, "iss check_failed"],
    ["a token for another audience", { aud: "https://other.example.com" }, {}, "aud check_failed"],
    ["a token without an audience", { aud: undefined }, {}, "aud missing"],
    ["a token without the claim", { preferred_username: undefined }, {}, NOT_A_USER],
    ["a claim that is not a text", { preferred_username: { sip: "alice" } }, {}, NOT_A_USER],
    ["a claim with line ends", { preferred_username: "alice\r\nVia: SIP/2.0/WS evil" }, {}, NOT_A_USER],
    ["a claim with an @", { preferred_username: "alice@example.com" }, {}, NOT_A_USER],
    ["an AOR of another domain", { preferred_username: "sip:alice@example.org" }, {}, NOT_A_USER],
  ])("%s", async (_what, claims, times, reason) => {
    expect(await refusalOf(await signed(service.issuer.key, { ...service.claims(), ...claims }, times))).toBe(reason);
  });
});

test.each([{ to: -25 }, { from: 25 }])("clocks may be half a minute apart: %j gets in", async (times) => {
  expect(await statusOf(await signed(service.issuer.key, service.claims(), times))).toBe(101);
});

test("a claim that is a served AOR is accepted unchanged", async () => {
  const token = await signed(service.issuer.key, { ...service.claims(), preferred_username: "sip:frank@EXAMPLE.com" });
  const frank = await service.phone("frank", token);
  expect((await frank.register()).status).toBe(200);
});

describe("the Origin", () => {
  test.each([
    ["of the configured page is let in", ORIGIN, 101],
    ["of another page is refused, whatever its token", "https://evil.example", 403],
    ["of a page without one (null) is refused", "null", 403],
    ["with another port is another one", `${ORIGIN}:8443`, 403],
  ])("%s", async (_title, origin, status) => {
    const token = await service.issuer.token("alice");
    expect(await service.knock({ query: { token }, origin })).toMatchObject({ status });
  });

  test("that is absent (no browser) leaves it to the token", async () => {
    expect(await statusOf(await service.issuer.token("alice"))).toBe(101);
    expect(await service.knock({})).toMatchObject({ status: 403 });
  });
});

test("no line of the run holds a token, and every refusal says why", async () => {
  const refusals = service.log().match(/handshake refused/g) ?? [];
  expect(refusals.length).toBeGreaterThan(15);
  expect(service.log()).toContain("exp check_failed");
  expect(await service.issuer.token("alice")).toMatch(TOKEN);
  expect(service.log()).not.toMatch(TOKEN);
  expect(service.log()).not.toMatch(/token\.|alice\\+r/);
});
