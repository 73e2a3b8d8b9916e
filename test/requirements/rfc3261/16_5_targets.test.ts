import { describe, expect, test } from "@jest/globals";
import { header } from "../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const bobAor = `sip:bob@${DOMAIN}`;

describe("RFC 3261 §16.5 targets", () => {
  test("§16.4, §16.5: a foreign maddr decides the destination of the request, so it is 403; our own has no effect", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    expect((await alice.ask("INVITE", `${bobAor};maddr=192.0.2.9`)).status).toBe(403);
    expect(bob.inbox.titles()).not.toContain("INVITE");
    await alice.request("INVITE", `${bobAor};maddr=${DOMAIN.toUpperCase()}`);
    expect((await bob.takeRequest("INVITE")).uri).toBe(bob.contact);
  });

  test("a foreign domain is 403: no open relay", async () => {
    const alice = await createNetwork().online("alice");
    expect((await alice.ask("INVITE", "sip:bob@elsewhere.example")).status).toBe(403);
  });

  test("an unknown user is 404, a subscriber without a phone 480", async () => {
    const alice = await createNetwork().online("alice");
    expect((await alice.ask("INVITE", `sip:nobody@${DOMAIN}`)).status).toBe(404);
    expect((await alice.ask("INVITE", bobAor)).status).toBe(480);
  });

  test("an address without a subscriber is 480 where another service keeps the users: 404 would claim to know (§21.4.5)", async () => {
    const alice = await createNetwork({ usersAreElsewhere: true }).online("alice");
    expect((await alice.ask("INVITE", `sip:carol-by-token@${DOMAIN}`)).status).toBe(480);
  });

  test("OPTIONS to the domain itself is answered by the server", async () => {
    const phone = createNetwork().phone("alice");
    const ok = await phone.ask("OPTIONS", `sip:${DOMAIN}`);
    expect([ok.status, header(ok, "allow")]).toEqual([200, undefined]);
  });

  test("§8.2.2.3: OPTIONS to the domain itself that requires an unknown extension is 420 with Unsupported", async () => {
    const phone = createNetwork().phone("alice");
    const refused = await phone.ask("OPTIONS", `sip:${DOMAIN}`, { lines: ["Require: path, 100rel, novel"] });
    expect([refused.status, header(refused, "unsupported")]).toEqual([420, "100rel, novel"]);
  });
});
