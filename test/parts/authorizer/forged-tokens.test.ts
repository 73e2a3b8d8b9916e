import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { EncryptJWT, importJWK, type JWK } from "jose";
import { audience } from "./audience.ts";
import { aKey, signed } from "./issuer.ts";
import { aGuardedService, type GuardedService, type Knock, NOT_A_USER } from "./service.ts";

// Carefully forged tokens against the deployed bundles: odd headers, odd claims, several at once.

let service: GuardedService;
beforeAll(async () => {
  service = await aGuardedService();
});
afterAll(() => service.close());

const statusOf = async (token: string): Promise<number> => (await service.knock({ query: { token } })).status;
const refusalOf = (token: string): Promise<unknown> => service.refusalOf({ query: { token } });

const publicPart = (key: JWK): JWK => {
  const { n = "", e = "" } = createPublicKey({ key: { ...key }, format: "jwk" }).export({ format: "jwk" });
  return { kty: "RSA", n, e, kid: key.kid ?? "", alg: "RS256" };
};

/** Valid except for its header; signed by hand, because no library writes such a header. */
async function withHeader(key: JWK, header: object): Promise<string> {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 300;
  const content = `${encode({ alg: "RS256", kid: key.kid, ...header })}.${encode({ ...service.claims(), exp, preferred_username: "alice" })}`;
  const signature = sign("sha256", Buffer.from(content), createPrivateKey({ key: { ...key }, format: "jwk" }));
  return `${content}.${signature.toString("base64url")}`;
}

describe("a connection is refused with", () => {
  test("two tokens at once, in any combination of places", async () => {
    const [one, two] = [await service.issuer.token("alice"), await service.issuer.token("bob")];
    const offers = ["sip", `token.${two}`];
    const twice: Knock["query"] = [
      ["token", one],
      ["token", two],
    ];
    for (const how of [{ query: { token: one }, offers }, { query: { token: two }, offers }, { query: twice }]) {
      expect(await service.refusalOf(how)).toBe("more than one token or ticket");
    }
    expect(await service.knock({ offers: ["sip", `token.${one}`, `token.${two}`] })).toMatchObject({ status: 403 });
  });

  test.each([
    [
      "an extension that must be understood and is not (crit, RFC 7515 §4.1.11)",
      { crit: ["x"], x: true },
      "ERR_JOSE_NOT_SUPPORTED",
    ],
    ["an empty list of such extensions", { crit: [] }, "ERR_JWS_INVALID"],
    ["a payload that is not encoded (RFC 7797)", { crit: ["b64"], b64: false }, "ERR_JWT_INVALID"],
  ])("a token with %s", async (_what, header, reason) => {
    expect(await refusalOf(await withHeader(service.issuer.key, header))).toBe(reason);
  });

  test("a token that brings its own key, or a URL of one, which is not fetched", async () => {
    const asked: string[] = [];
    const evil = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end(JSON.stringify({ keys: [publicPart(own)] }));
    }).listen(0, "127.0.0.1");
    await once(evil, "listening");
    const address = evil.address();
    const url = typeof address === "object" && address ? `http://127.0.0.1:${address.port}/jwks` : "";
    const own = aKey();
    const kid = service.issuer.key.kid ?? "";
    for (const header of [
      { jwk: publicPart(own) },
      { jku: url },
      { x5u: url },
      { jku: url, kid },
      { jwk: publicPart(own), kid },
      { kid: "../../../../dev/null" },
    ]) {
      const known = "kid" in header && header.kid === kid;
      const reason = known ? "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" : "ERR_JWKS_NO_MATCHING_KEY";
      expect(await refusalOf(await withHeader(own, header))).toBe(reason);
    }
    evil.close();
    expect(asked).toEqual([]);
  });

  test("a token whose issuer is a list, with the right one in it", async () => {
    const token = await signed(service.issuer.key, { ...service.claims(), iss: [service.issuer.url] });
    expect(await refusalOf(token)).toBe("iss check_failed");
  });

  test("a token that is encrypted instead of signed", async () => {
    const token = await new EncryptJWT({ ...service.claims(), preferred_username: "alice" })
      .setProtectedHeader({ alg: "RSA-OAEP", enc: "A256GCM", kid: service.issuer.key.kid ?? "" })
      .setExpirationTime("5 min")
      .encrypt(await importJWK(publicPart(service.issuer.key), "RSA-OAEP"));
    expect(await refusalOf(token)).toBe("ERR_JWS_INVALID");
  });

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["an expiry that is not a number", { exp: "tomorrow" }, "exp invalid"],
    ["an expiry that is a list", { exp: [9_999_999_999] }, "exp invalid"],
    ["a beginning that is not a number", { nbf: "yesterday" }, "nbf invalid"],
    ["an audience that is an object", { aud: { [audience]: true } }, "aud check_failed"],
    ["an audience that only begins like ours", { aud: `${audience}.evil.example` }, "aud check_failed"],
    ["an empty list of audiences", { aud: [] }, "aud check_failed"],
    ["a claim that is a list of users", { preferred_username: ["alice"] }, NOT_A_USER],
    ["a claim that is a number", { preferred_username: 4711 }, NOT_A_USER],
    ["a claim that is true", { preferred_username: true }, NOT_A_USER],
    ["an empty claim", { preferred_username: "" }, NOT_A_USER],
  ])("a token with %s", async (_what, claims, reason) => {
    expect(await refusalOf(await signed(service.issuer.key, { ...service.claims(), ...claims }))).toBe(reason);
  });
});

describe("a token of the issuer", () => {
  test("may contain more claims than were requested: they are ignored", async () => {
    const more = {
      aor: "sip:bob@example.com",
      role: "admin",
      groups: ["admins"],
      scope: "*",
      realm_access: {},
      [`x\0`]: 1,
      long: "x".repeat(6000),
    };
    const token = await signed(service.issuer.key, {
      ...service.claims(),
      ...more,
      constructor: "bob",
      toString: null,
    });
    const alice = await service.phone("alice", token);
    expect((await alice.register()).status).toBe(200);
    const bob = await service.phone("bob", token);
    expect((await bob.register()).status).toBe(403);
  });

  test("may be for others too", async () => {
    const token = await signed(service.issuer.key, {
      ...service.claims(),
      aud: ["https://other.example.com", audience],
    });
    expect(await statusOf(token)).toBe(101);
  });
});
