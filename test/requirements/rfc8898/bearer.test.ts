import { describe, expect, test } from "@jest/globals";
import type { Settings } from "../../../lib/sip/policy/settings.ts";
import { header, headers } from "../../../lib/sip/syntax/message.ts";
import { challenged } from "../../support/phone/challenged.ts";
import { digestValue } from "../../support/phone/digest.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";
import type { VerifiedToken } from "../../../lib/sip/world.ts";

const BOB = `sip:bob@${DOMAIN}`;
const bearer = { authzServer: "https://login.example.com/realms/phones", offered: "first" } as const;
const CHALLENGE = 'Bearer realm="example.com", authz_server="https://login.example.com/realms/phones"';

/** Stands for an issuer: `token-of-<user>` is good, all else is not. */
function aNetwork(settings: Partial<Settings> = { bearer }) {
  const asked: string[] = [];
  const network = createNetwork(settings, () => ({
    verifyToken(token): Promise<VerifiedToken> {
      asked.push(token);
      const [, user] = /^token-of-(\w+)$/.exec(token) ?? [];
      if (user === "nobody") return Promise.resolve({ kind: "issuer failed", reason: "it is away" });
      const refused: VerifiedToken = { kind: "refused", reason: "exp check_failed" };
      return Promise.resolve(user === undefined ? refused : { kind: "verified", aor: `sip:${user}@${DOMAIN}` });
    },
  }));
  return { network, asked };
}

const token = (user: string): string[] => [`Authorization: Bearer token-of-${user}`];

describe("RFC 8898 §4 the challenge", () => {
  test("stands beside the digest challenges, before them, so that MD5 is still the last", async () => {
    const { challenge } = await challenged(aNetwork().network, "alice");
    const offers = headers(challenge, "www-authenticate");
    expect([challenge.status, offers[0]]).toEqual([401, CHALLENGE]);
    expect(offers.slice(1).map((offer) => /algorithm=([^,]+)/.exec(offer)?.[1])).toEqual(["SHA-256", "MD5"]);
  });

  test("is after them where the deployment offers tokens, with its scope", async () => {
    const { network } = aNetwork({ bearer: { ...bearer, offered: "last", scope: "sip calls" } });
    const { challenge } = await challenged(network, "alice");
    expect(headers(challenge, "www-authenticate").at(-1)).toBe(`${CHALLENGE}, scope="sip calls"`);
  });

  test("is Proxy-Authenticate in a 407 of the proxy (§2.3)", async () => {
    const { challenge } = await challenged(aNetwork().network, "alice", { method: "INVITE", uri: BOB });
    expect([challenge.status, headers(challenge, "proxy-authenticate")[0]]).toEqual([407, CHALLENGE]);
    expect(headers(challenge, "www-authenticate")).toEqual([]);
  });

  test("is not sent where no tokens are taken, and a token is ignored there", async () => {
    const { network, asked } = aNetwork({});
    const phone = await challenged(network, "alice");
    const refused = await phone.send(token("alice"));
    expect([refused.status, headers(refused, "www-authenticate").join().includes("Bearer"), asked]).toEqual([
      401,
      false,
      [],
    ]);
  });
});

describe("RFC 8898 §2.2 the registrar", () => {
  test("takes a token for the address in To, without a challenge and without a password", async () => {
    const { network } = aNetwork();
    const phone = network.phone("zoe");
    const ok = await phone.ask("REGISTER", `sip:${DOMAIN}`, {
      to: phone.aor,
      lines: [`Contact: <${phone.contact}>`, ...token("zoe")],
    });
    expect([ok.status, headers(ok, "contact").length, phone.inbox.titles()]).toEqual([200, 1, ["200 REGISTER"]]);
  });

  test("takes it as JsSIP writes it in every request (authorization_jwt), and looks at the first alone", async () => {
    const { network, asked } = aNetwork();
    const phone = await challenged(network, "alice");
    for (let time = 0; time < 3; time += 1) expect((await phone.send(token("alice"))).status).toBe(200);
    expect(asked).toEqual(["token-of-alice"]);
  });

  test.each([
    ["a token that is refused", "Bearer token.that.expired"],
    ["a scheme without a token", "Bearer"],
    ["parameters instead of a token", 'bearer realm="example.com"'],
  ])("answers %s with 401 and invalid_token (RFC 6750 §3.1)", async (_what, value) => {
    const { network } = aNetwork();
    const refused = await (await challenged(network, "alice")).send([`Authorization: ${value}`]);
    const offers = headers(refused, "www-authenticate");
    expect([refused.status, offers[0]]).toEqual([401, `${CHALLENGE}, error="invalid_token"`]);
    expect(offers.slice(1).some((offer) => offer.includes("stale"))).toBe(false);
    expect([network.state.rows.flows.size, network.state.rows.registrations.size]).toEqual([0, 0]);
  });

  test("refuses the token of a user other than the To with 403 (RFC 3261 §10.3 step 4), and stores nothing", async () => {
    const { network } = aNetwork();
    const refused = await (await challenged(network, "alice")).send(token("bob"));
    expect([refused.status, network.state.rows.flows.size]).toEqual([403, 0]);
  });

  test("says 503 with Retry-After while the issuer cannot be asked, and does not call the token wrong", async () => {
    const refused = await (await challenged(aNetwork().network, "nobody")).send(token("nobody"));
    expect([refused.status, header(refused, "retry-after"), headers(refused, "www-authenticate")]).toEqual([
      503,
      "5",
      [],
    ]);
  });

  test("accepts a password, also beside an invalid token (RFC 8898 §2.1.1: a client may answer several challenges)", async () => {
    const { network, asked } = aNetwork();
    const phone = await challenged(network, "alice");
    const login = { user: "alice", password: "alice", method: "REGISTER", uri: `sip:${DOMAIN}` };
    const both = ["Bearer junk", digestValue(phone.challenge, login)].map((value) => `Authorization: ${value}`);
    expect([(await phone.send(both)).status, asked]).toEqual([200, []]);
  });

  test("takes a token beside a password for another realm, and beside one that is too old", async () => {
    const { network } = aNetwork();
    const phone = await challenged(network, "alice");
    const login = { user: "alice", password: "alice", method: "REGISTER", uri: `sip:${DOMAIN}` };
    const digest = `Authorization: ${digestValue(phone.challenge, login)}`;
    await network.pass(400);
    expect((await phone.send([digest, ...token("alice")])).status).toBe(200);
    const foreign = 'Authorization: Digest username="x", realm="r", nonce="n", uri="sip:x", response="0"';
    expect((await (await challenged(network, "alice")).send([foreign, ...token("alice")])).status).toBe(200);
  });

  test("counts no token: a signature cannot be guessed, and a lock on passwords does not lock out the holder of one", async () => {
    const { network } = aNetwork();
    const phone = await challenged(network, "alice", { password: "guess" });
    for (let time = 0; time < 9; time += 1) await phone.send(["Authorization: Bearer junk"]);
    expect(network.state.rows.loginHistories.size + network.state.rows.loginFailures.size).toBe(0);
    for (let time = 0; time < 6; time += 1) await phone.answer();
    expect((await phone.answer()).status).toBe(503);
    expect((await phone.send(token("alice"))).status).toBe(200);
  });

  test("looks at no token of a flow that has proved who it is, whosever it is", async () => {
    const { network, asked } = aNetwork();
    const phone = await challenged(network, "alice");
    await phone.answer();
    expect((await phone.send(token("bob"))).status).toBe(200);
    expect((await phone.send(["Authorization: Bearer junk"])).status).toBe(200);
    expect(asked).toEqual([]);
  });
});

describe("RFC 8898 §2.3 the proxy", () => {
  const proxys = (value: string): string[] => [`Proxy-Authorization: Bearer ${value}`];

  test("accepts a token in Proxy-Authorization on a flow without an identity, and does not forward it", async () => {
    const { network } = aNetwork();
    const bob = await network.online("bob");
    const phone = await challenged(network, "alice", { method: "INVITE", uri: BOB });
    expect((await phone.send(proxys("token-of-alice"))).status).toBe(100);
    const invite = await bob.takeRequest("INVITE");
    expect(headers(invite, "proxy-authorization")).toEqual([]);
    expect(header(invite, "p-asserted-identity")).toContain("sip:alice@example.com");
    expect(JSON.stringify(network.timers)).not.toContain("token-of");
  });

  test("refuses one that is wrong with 407 and invalid_token", async () => {
    const { network } = aNetwork();
    const phone = await challenged(network, "alice", { method: "INVITE", uri: BOB });
    const refused = await phone.send(proxys("junk"));
    expect([refused.status, headers(refused, "proxy-authenticate")[0]]).toEqual([
      407,
      `${CHALLENGE}, error="invalid_token"`,
    ]);
  });

  test("refuses requests in the name of another user than the token's", async () => {
    const { network } = aNetwork();
    await network.online("bob");
    const phone = await challenged(network, "alice", { method: "INVITE", uri: BOB });
    expect((await phone.send(proxys("token-of-carol"))).status).toBe(403);
  });

  test.each(["INVITE", "MESSAGE"])(
    "removes the token in Authorization from %s, where JsSIP puts it: the callee could register with it",
    async (method) => {
      const { network } = aNetwork();
      const [alice, bob] = [await network.online("alice"), await network.online("bob")];
      const foreign = 'Digest username="a", realm="phone.invalid", nonce="n", uri="sip:b", response="0"';
      await alice.request(method, BOB, { lines: [...token("alice"), `Authorization: ${foreign}`] });
      expect(headers(await bob.takeRequest(method), "authorization")).toEqual([foreign]);
      expect(JSON.stringify(network.timers)).not.toContain("token-of");
    },
  );

  test("leaves Authorization alone where no tokens are taken: it is the other phone's (RFC 3261 §22.2)", async () => {
    const { network } = aNetwork({});
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("MESSAGE", BOB, { lines: token("alice") });
    expect(headers(await bob.takeRequest("MESSAGE"), "authorization")).toEqual(["Bearer token-of-alice"]);
  });
});

test("RFC 8898 §5: no line of the log holds a token", async () => {
  const { network } = aNetwork();
  const phone = await challenged(network, "alice");
  await phone.send(["Authorization: Bearer junk"]);
  await phone.send(token("alice"));
  const told = JSON.stringify(network.notes);
  expect(told).toContain("exp check_failed");
  expect(told).not.toMatch(/token-of|junk/);
});
