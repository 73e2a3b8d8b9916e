import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type JWTPayload, UnsecuredJWT } from "jose";
import { openTables } from "../../../lib/aws/client/dynamodb.ts";
import { putSubscriber } from "../../../lib/aws/dynamodb/subscriber.ts";
import { header, headers, type SipResponse } from "../../../lib/sip/syntax/message.ts";
import { establish } from "../../support/phone/call.ts";
import type { SocketPhone } from "../../support/phone/socket.ts";
import { aKey, signed } from "./issuer.ts";
import { aGuardedService, DOMAIN, type GuardedService, TOKEN } from "./service.ts";

// Tokens of a real issuer in SIP (RFC 8898), accepted by the deployed bundles, without an authorizer.

let service: GuardedService;
beforeAll(async () => {
  service = await aGuardedService({ where: "register" });
  const { region, credentials, endpoints, outputs } = service.cloud;
  const db = openTables({ region, credentials, endpoint: endpoints.dynamodb });
  await putSubscriber(db, outputs["SubscribersTable"] ?? "", { user: "dora", password: "unknown", domain: DOMAIN });
});
afterAll(() => service.close());

const challenge = (): string => `Bearer realm="${DOMAIN}", authz_server="${service.issuer.url}"`;

/** One REGISTER with this Authorization, in the form JsSIP writes it (`authorization_jwt: "Bearer …"`). */
async function registers(phone: SocketPhone, authorization: string, to = phone.aor): Promise<SipResponse> {
  const lines = [`Contact: <${phone.contact}>;expires=300`, `Authorization: ${authorization}`];
  await phone.request("REGISTER", `sip:${DOMAIN}`, { to, lines });
  return phone.takeFinal("REGISTER");
}

async function reasonOf(token: string): Promise<unknown> {
  const refused = await registers(await service.stranger("alice"), `Bearer ${token}`);
  expect([refused.status, headers(refused, "www-authenticate")[0]]).toEqual([
    401,
    `${challenge()}, error="invalid_token"`,
  ]);
  await service.cloud.settled();
  const line = service.cloud.logs.findLast(({ text }) => text.includes("token-refused"));
  return JSON.parse(line?.text ?? "{}").because;
}

test("every client may connect, and REGISTER is challenged for a token first, then for a password", async () => {
  const phone = await service.stranger("alice");
  await phone.request("REGISTER", `sip:${DOMAIN}`, { to: phone.aor, lines: [`Contact: <${phone.contact}>`] });
  const challenged = await phone.takeFinal("REGISTER");
  const offers = headers(challenged, "www-authenticate");
  expect([challenged.status, offers[0], offers.length]).toEqual([401, challenge(), 3]);
  expect(offers.at(-1)).toContain("algorithm=MD5");
});

test("a token of the issuer registers its user, who then calls and is called without another", async () => {
  const [alice, bob] = [await service.stranger("alice"), await service.stranger("bob")];
  for (const [phone, user] of [
    [alice, "alice"],
    [bob, "bob"],
  ] as const) {
    const ok = await registers(phone, `Bearer ${await service.issuer.token(user)}`);
    expect([ok.status, headers(ok, "contact")]).toEqual([200, [expect.stringContaining(phone.contact)]]);
  }
  const { caller } = await establish(alice, bob);
  await alice.inDialog("BYE", caller);
  await bob.answer(await bob.takeRequest("BYE"), 200);
  expect((await alice.takeFinal("BYE")).status).toBe(200);
  expect(alice.inbox.titles().filter((title) => title.startsWith("40"))).toEqual([]);
});

test("a token in Proxy-Authorization lets an unregistered user call, and is not forwarded", async () => {
  const erin = await service.stranger("erin");
  expect((await registers(erin, `Bearer ${await service.issuer.token("erin")}`)).status).toBe(200);
  const frank = await service.stranger("frank");
  const token = await service.issuer.token("frank");
  await frank.request("MESSAGE", erin.aor, {
    lines: ["Proxy-", ""].map((role) => `${role}Authorization: Bearer ${token}`),
  });
  const message = await erin.takeRequest("MESSAGE");
  expect([headers(message, "proxy-authorization"), headers(message, "authorization")]).toEqual([[], []]);
  expect(header(message, "p-asserted-identity")).toContain(frank.aor);
});

test("a password is accepted as before", async () => {
  const dora = await service.stranger("dora");
  expect((await dora.register()).status).toBe(200);
});

describe("401 and invalid_token for", () => {
  test.each([
    ["junk", "junk", "ERR_JWS_INVALID"],
    ["what looks like a JWT", "ey.ey.ey", "ERR_JWS_INVALID"],
  ])("%s", async (_what, token, reason) => {
    expect(await reasonOf(token)).toBe(`The bearer token was refused. (${reason})`);
  });

  test("a token signed with another key under the issuer's key id", async () => {
    const token = await signed(aKey(service.issuer.key.kid), service.claims());
    expect(await reasonOf(token)).toBe("The bearer token was refused. (ERR_JWS_SIGNATURE_VERIFICATION_FAILED)");
  });

  test("alg none", async () => {
    const token = new UnsecuredJWT({ ...service.claims(), preferred_username: "alice" })
      .setExpirationTime("5 min")
      .encode();
    expect(await reasonOf(token)).toBe("The bearer token was refused. (ERR_JOSE_ALG_NOT_ALLOWED)");
  });

  test.each<[string, JWTPayload, { from?: number; to?: number }, string]>([
    ["a token that expired", {}, { to: -31 }, "exp check_failed"],
    ["a token that is not yet valid", {}, { from: 40 }, "nbf check_failed"],
    ["a token for another audience", { aud: "https://other.example.com" }, {}, "aud check_failed"],
    ["a token of another issuer", { iss: "https://login.example.org" }, {}, "iss check_failed"],
    [
      "a user of another domain",
      { preferred_username: "sip:alice@example.org" },
      {},
      "claim preferred_username is not a user of this deployment",
    ],
  ])("%s", async (_what, claims, times, reason) => {
    const token = await signed(service.issuer.key, { ...service.claims(), ...claims }, times);
    expect(await reasonOf(token)).toBe(`The bearer token was refused. (${reason})`);
  });
});

test("403 for a user who is not the To, and the connection stays without an identity", async () => {
  const mallory = await service.stranger("mallory");
  const token = await service.issuer.token("mallory");
  expect((await registers(mallory, `Bearer ${token}`, `sip:alice@${DOMAIN}`)).status).toBe(403);
  await mallory.request("MESSAGE", `sip:alice@${DOMAIN}`);
  expect((await mallory.takeFinal("MESSAGE")).status).toBe(407);
});

test("no line of the run holds a token or a part of one", async () => {
  await service.cloud.settled();
  expect(service.log()).toContain("exp check_failed");
  expect(await service.issuer.token("alice")).toMatch(TOKEN);
  expect(service.log()).not.toMatch(TOKEN);
  expect(service.log()).not.toContain("Bearer");
});
