// Each domain of a deployment is a realm of its own (RFC 3261 §22.1): a subscriber's secret is made for its domain's.
import { describe, expect, test } from "@jest/globals";
import { ha1 } from "../../../lib/sip/auth/digest.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const SECOND = "second.example";

function twoDomains() {
  const network = createNetwork({ domains: [DOMAIN, SECOND] });
  const secret = { MD5: ha1("MD5", "dave", SECOND, "dave"), "SHA-256": ha1("SHA-256", "dave", SECOND, "dave") };
  network.state.addSubscriber({ aor: `sip:dave@${SECOND}`, ha1: secret });
  return network;
}

describe("RFC 3261 §22.1: realms", () => {
  test("a user of the second domain registers and calls with its password there", async () => {
    const network = twoDomains();
    const [dave, alice] = [network.phone("dave", { domain: SECOND }), await network.online("alice")];
    expect((await dave.register()).status).toBe(200);
    await alice.request("INVITE", dave.aor);
    await dave.takeRequest("INVITE");
    const caller = network.phone("dave", { domain: SECOND });
    await caller.ask("MESSAGE", `sip:nobody@${DOMAIN}`);
    expect(caller.inbox.titles()).toEqual(["407 MESSAGE", "404 MESSAGE"]);
  });

  test("the challenge names the realm of the sender's domain; for a foreign domain the first realm", async () => {
    const network = twoDomains();
    const realmIn = async (from: string, method = "MESSAGE") => {
      const phone = network.phone("alice");
      await phone.request(method, method === "REGISTER" ? `sip:${DOMAIN}` : `sip:bob@${DOMAIN}`, { from, to: from });
      const challenge = await phone.takeFinal(method);
      const line = header(challenge, "www-authenticate") ?? header(challenge, "proxy-authenticate");
      return /realm="([^"]*)"/.exec(line ?? "")?.[1];
    };
    expect(await realmIn(`sip:dave@${SECOND}`)).toBe(SECOND);
    expect(await realmIn(`sip:dave@${SECOND}`, "REGISTER")).toBe(SECOND);
    expect(await realmIn(`sip:alice@${DOMAIN}`)).toBe(DOMAIN);
    expect(await realmIn("sip:anonymous@anonymous.invalid")).toBe(DOMAIN);
  });

  test("a password of one domain is invalid in the other, although the user has the same name", async () => {
    const network = twoDomains();
    network.state.addSubscriber({ aor: `sip:dave@${DOMAIN}`, ha1: { MD5: ha1("MD5", "dave", DOMAIN, "other") } });
    const thief = network.phone("dave", { domain: SECOND });
    expect((await thief.register(600, { to: `sip:dave@${DOMAIN}`, from: `sip:dave@${DOMAIN}` })).status).toBe(401);
    const dave = network.phone("dave", { domain: SECOND });
    await dave.online();
    expect((await dave.register(600, { to: `sip:dave@${DOMAIN}`, from: `sip:dave@${DOMAIN}` })).status).toBe(403);
  });
});
