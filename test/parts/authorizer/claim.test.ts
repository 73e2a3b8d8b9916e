import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { audience } from "./audience.ts";
import { signed } from "./issuer.ts";
import { aGuardedService, DOMAIN, type GuardedService } from "./service.ts";

// Deployments whose user stands in another claim: a namespace of their own, and that of Cognito's ID tokens.

describe.each(["https://example.com/sip", "cognito:username"])("where the user is the claim %s", (claim) => {
  let service: GuardedService;
  beforeAll(async () => {
    service = await aGuardedService({ claim });
  });
  afterAll(() => service.close());

  const aToken = (claims: object): Promise<string> =>
    signed(service.issuer.key, { iss: service.issuer.url, aud: audience, preferred_username: "mallory", ...claims });

  test("is the connection's identity, and the default claim is ignored", async () => {
    const token = await aToken({ [claim]: "frank" });
    const frank = await service.phone("frank", token);
    expect((await frank.register()).status).toBe(200);
    const mallory = await service.phone("mallory", token);
    expect((await mallory.register()).status).toBe(403);
  });

  test.each([
    ["is not there", {}],
    ["is somewhere deeper", { [claim.split(/[/:]/)[0] ?? ""]: { sip: "frank", username: "frank" } }],
    ["is a user of another domain", { [claim]: "sip:frank@example.org" }],
  ])("a token where it %s opens nothing", async (_what, claims) => {
    expect(await service.knock({ query: { token: await aToken(claims) } })).toMatchObject({ status: 403 });
    expect(service.log()).toContain(`claim ${claim} is not a user of this deployment`);
  });

  test("an access token of Cognito, which has a client_id and no audience, opens nothing", async () => {
    const token = await aToken({ aud: undefined, client_id: audience, token_use: "access", [claim]: "frank" });
    expect(await service.knock({ query: { token } })).toMatchObject({ status: 403 });
    expect(service.log()).toContain("aud missing");
  });

  test("the domain is still the deployment's", () => {
    expect(service.cloud.outputs["Domain"]).toBe(DOMAIN);
  });
});
