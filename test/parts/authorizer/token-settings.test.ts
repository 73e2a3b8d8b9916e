import { describe, expect, test } from "@jest/globals";
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTVerifyGetKey, SignJWT } from "jose";
import { verifyToken } from "../../../lib/aws/authorizer/token.ts";
import {
  defaultTokenSettings,
  tokenAlgorithms,
  type TokenSettings,
} from "../../../lib/aws/authorizer/token-settings.ts";
import type { VerifiedToken } from "../../../lib/sip/world.ts";

// The settings of a deployment about tokens, and their effect.

const settings: TokenSettings = {
  ...defaultTokenSettings,
  issuer: "https://login.example.com",
  audience: ["phone", "desk"],
};

const verify = (token: string, issuerKeys: JWTVerifyGetKey, tokens: TokenSettings): Promise<VerifiedToken> =>
  verifyToken(token, { issuerKeys, tokens, domains: ["example.com"] });

async function aToken(
  alg: string,
  { aud = "phone", endsIn = 60 } = {},
): Promise<{ token: string; keys: JWTVerifyGetKey }> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const now = Math.floor(Date.now() / 1000);
  const token = await new SignJWT({ iss: settings.issuer, aud, exp: now + endsIn, preferred_username: "alice" })
    .setProtectedHeader({ alg, kid: "k" })
    .sign(privateKey);
  return { token, keys: createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: "k" }] }) };
}

describe("the algorithms of a token", () => {
  test.each(tokenAlgorithms)("%s is taken if nothing else is said", async (alg) => {
    const { token, keys } = await aToken(alg);
    expect(await verify(token, keys, settings)).toMatchObject({ kind: "verified" });
  });

  test.each(tokenAlgorithms.filter((alg) => alg !== "ES256"))(
    "%s is refused where ES256 alone was listed",
    async (alg) => {
      const { token, keys } = await aToken(alg);
      expect(await verify(token, keys, { ...settings, algorithms: ["ES256"] })).toEqual({
        kind: "refused",
        reason: "ERR_JOSE_ALG_NOT_ALLOWED",
      });
    },
  );

  test.each(["HS256", "HS384", "HS512"])("%s never is, though the issuer published that very key", async (alg) => {
    const shared = new Uint8Array(64).fill(7);
    const token = await new SignJWT({ iss: settings.issuer, aud: "phone" })
      .setProtectedHeader({ alg, kid: "k" })
      .setExpirationTime("5 min")
      .sign(shared);
    const keys = createLocalJWKSet({ keys: [{ kty: "oct", k: Buffer.from(shared).toString("base64url"), kid: "k" }] });
    expect(await verify(token, keys, settings)).toEqual({ kind: "refused", reason: "ERR_JOSE_ALG_NOT_ALLOWED" });
  });
});

test.each([
  ["phone", "verified"],
  ["desk", "verified"],
  ["printer", "refused"],
])("of several audiences any will do: %s is %s", async (aud, kind) => {
  const { token, keys } = await aToken("ES256", { aud });
  expect(await verify(token, keys, settings)).toMatchObject({ kind });
});

test.each([
  [0, -5, "refused"],
  [0, 5, "verified"],
  [30, -25, "verified"],
  [30, -35, "refused"],
  [300, -290, "verified"],
  [300, -310, "refused"],
])("with a clock tolerance of %i s a token that ends in %i s is %s", async (clockToleranceSeconds, endsIn, kind) => {
  const { token, keys } = await aToken("ES256", { endsIn });
  expect(await verify(token, keys, { ...settings, clockToleranceSeconds })).toMatchObject({ kind });
});
