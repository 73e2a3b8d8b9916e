import { createServer, type RequestListener, type Server } from "node:http";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { issuerKeys } from "../../../lib/aws/authorizer/issuer-keys.ts";
import { verifyToken } from "../../../lib/aws/authorizer/token.ts";
import { defaultTokenSettings } from "../../../lib/aws/authorizer/token-settings.ts";
import type { VerifiedToken } from "../../../lib/sip/world.ts";
import { everythingButDate } from "../../support/fake-date.ts";
import { audience } from "./audience.ts";
import { aKey, anIssuer, type Issuer, signed } from "./issuer.ts";

const verify = (token: string, keys: ReturnType<typeof issuerKeys>, issuer: string): Promise<VerifiedToken> =>
  verifyToken(token, {
    issuerKeys: keys,
    tokens: { ...defaultTokenSettings, issuer, audience: [audience] },
    domains: ["example.com"],
  });

describe("keys of a real issuer", () => {
  let issuer: Issuer;
  beforeAll(async () => {
    issuer = await anIssuer();
  });
  afterAll(() => issuer.close());

  const start = Date.now();
  beforeEach(() => void jest.useFakeTimers({ now: start, doNotFake: [...everythingButDate] }));
  afterEach(() => void jest.useRealTimers());

  test("after a rotation the new key is fetched when a token names it, and the old one is refused", async () => {
    const keys = issuerKeys(issuer.url);
    const old = await issuer.token("alice");
    expect(await verify(old, keys, issuer.url)).toMatchObject({ kind: "verified" });
    issuer.rotate(aKey());
    const fresh = await issuer.token("alice");
    jest.setSystemTime(start + 31_000);
    expect(await verify(fresh, keys, issuer.url)).toMatchObject({ kind: "verified" });
    expect(await verify(old, keys, issuer.url)).toEqual({ kind: "refused", reason: "ERR_JWKS_NO_MATCHING_KEY" });
  });

  test("a withdrawn key is refused after ten minutes, whether or not a new one was seen", async () => {
    const keys = issuerKeys(issuer.url);
    const key = aKey();
    issuer.rotate(key);
    const token = await signed(key, { iss: issuer.url, aud: audience }, { to: 3600 });
    expect(await verify(token, keys, issuer.url)).toMatchObject({ kind: "verified" });
    issuer.rotate(aKey());
    jest.setSystemTime(start + 599_000);
    expect(await verify(token, keys, issuer.url)).toMatchObject({ kind: "verified" });
    jest.setSystemTime(start + 601_000);
    expect(await verify(token, keys, issuer.url)).toMatchObject({ kind: "refused" });
  });
});

describe("an issuer", () => {
  let server: Server;
  let url: string;
  let answer: RequestListener;
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? "");
      answer(request, response);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    url = typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "";
  });
  afterAll(() => void server.close());
  beforeEach(() => void asked.splice(0));

  const key = aKey();
  const { kty, n, e, kid, alg } = key;
  const published = JSON.stringify({ keys: [{ kty, n, e, kid, alg }] });
  const discovery = (fields: object = {}) => JSON.stringify({ issuer: url, jwks_uri: `${url}/jwks`, ...fields });
  const serving =
    (document: string, keys = published): RequestListener =>
    (request, response) => {
      response.end(request.url === "/jwks" ? keys : document);
    };
  const aToken = () => signed(key, { iss: url, aud: audience });

  test("that cannot be reached refuses the token, and is asked again by the next one", async () => {
    const keys = issuerKeys(url);
    answer = (request) => request.socket.destroy();
    expect(await verify(await aToken(), keys, url)).toMatchObject({
      kind: "issuer failed",
      reason: expect.stringContaining("cannot be reached"),
    });
    answer = serving(discovery());
    expect(await verify(await aToken(), keys, url)).toMatchObject({ kind: "verified" });
  });

  test("without available keys refuses the token, and is asked again by the next one", async () => {
    const keys = issuerKeys(url);
    answer = (request, response) =>
      request.url === "/jwks" ? void response.writeHead(500).end() : void response.end(discovery());
    expect(await verify(await aToken(), keys, url)).toEqual({
      kind: "issuer failed",
      reason: `${url}/jwks answered 500`,
    });
    answer = serving(discovery());
    expect(await verify(await aToken(), keys, url)).toMatchObject({ kind: "verified" });
  });

  test.each([
    ["names another issuer", () => serving(discovery({ issuer: "https://login.example.org" })), /is about "https/],
    ["names keys on plain http", () => serving(discovery({ jwks_uri: "http://192.0.2.1/jwks" })), /no https jwks_uri/],
    ["is not JSON", () => serving("<html>"), /is about undefined/],
    ["has no keys", () => serving(discovery(), "{}"), /JSON Web Key Set malformed/],
    ["has keys that are not JSON", () => serving(discovery(), "<html>"), /Failed to parse/],
  ])("with a response that %s refuses the token", async (_title, listener, reason) => {
    answer = listener();
    expect(await verify(await aToken(), issuerKeys(url), url)).toEqual({
      kind: "issuer failed",
      reason: expect.stringMatching(reason),
    });
  });

  test("is not followed elsewhere", async () => {
    answer = (_request, response) => void response.writeHead(302, { Location: "/elsewhere" }).end();
    expect(await verify(await aToken(), issuerKeys(url), url)).toMatchObject({ kind: "issuer failed" });
    expect(asked).toEqual(["/.well-known/openid-configuration"]);
  });

  test("is asked once for many tokens, and not for each key that it does not know", async () => {
    answer = serving(discovery());
    const keys = issuerKeys(url);
    const stranger = await signed(aKey(), { iss: url, aud: audience });
    await Promise.all([verify(await aToken(), keys, url), verify(await aToken(), keys, url)]);
    for (const _ of [1, 2, 3]) await verify(stranger, keys, url);
    expect(asked).toEqual(["/.well-known/openid-configuration", "/jwks"]);
  });

  test("must be on https unless it is this machine", async () => {
    const token = await aToken();
    expect(await verify(token, issuerKeys("http://login.example.com"), url)).toMatchObject({
      kind: "issuer failed",
      reason: "http://login.example.com is not an https URL",
    });
  });
});
