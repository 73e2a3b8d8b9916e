import { describe, expect, test } from "@jest/globals";
import { headers, type SipRequest } from "../../../lib/sip/syntax/message.ts";
import { splitList } from "../../../lib/sip/syntax/scan.ts";
import { createNetwork, DOMAIN, type Network } from "../../support/phone/network.ts";
import { establish } from "../../support/phone/call.ts";
import type { Phone, SentRequest } from "../../support/phone/phone.ts";

interface Begun {
  readonly alice: Phone;
  readonly bob: Phone;
  readonly invite: SentRequest;
  readonly received: SipRequest;
  readonly callerRoutes: readonly string[];
  readonly calleeRoutes: readonly string[];
}

/** A call whose callee answers without a To tag, or whose caller sends no From tag. */
async function answered(network: Network, without: "To tag" | "From tag"): Promise<Begun> {
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  const invite = alice.write("INVITE", bob.aor);
  const text = without === "From tag" ? invite.text.replace(`;tag=${invite.fromTag}`, "") : invite.text;
  await alice.send(text);
  const received = await bob.takeRequest("INVITE");
  const ok = bob.writeAnswer(received, 200);
  await bob.send(without === "To tag" ? ok.replace(";tag=bob-tag", "") : ok);
  const back = headers(await alice.takeFinal("INVITE"), "record-route").flatMap(splitList);
  const forth = headers(received, "record-route").flatMap(splitList);
  return { alice, bob, invite, received, callerRoutes: back.toReversed(), calleeRoutes: forth };
}

describe("RFC 3261 §12.1.1, §12.1.2, §16.4: requests of a dialog with an RFC 2543 peer, which has no tag, take the Route of the dialog", () => {
  test.each(["ACK", "BYE", "INFO", "INVITE", "UPDATE"])(
    "%s of the caller to a callee without To tag",
    async (method) => {
      const { alice, bob, invite, callerRoutes } = await answered(createNetwork(), "To tag");
      const { callId, fromTag } = invite;
      await alice.request(method, bob.contact, { to: bob.aor, callId, fromTag, routes: callerRoutes });
      expect((await bob.takeRequest(method)).uri).toBe(bob.contact);
    },
  );

  test.each(["BYE", "INFO", "INVITE"])("%s of the callee to a caller without From tag", async (method) => {
    const { alice, bob, invite, calleeRoutes } = await answered(createNetwork(), "From tag");
    const { callId } = invite;
    await bob.request(method, alice.contact, { to: alice.aor, callId, fromTag: "bob-tag", routes: calleeRoutes });
    expect((await alice.takeRequest(method)).uri).toBe(alice.contact);
  });

  test("the Route of a strict router, with the token in the Request-URI, too", async () => {
    const { alice, bob, invite, callerRoutes } = await answered(createNetwork(), "To tag");
    const { callId, fromTag } = invite;
    const token = (callerRoutes[0] ?? "").slice(1, -1);
    await alice.request("BYE", token, { to: bob.aor, callId, fromTag, routes: [`<${bob.contact}>`] });
    expect((await bob.takeRequest("BYE")).uri).toBe(bob.contact);
  });

  test.each([
    ["another Call-ID", { callId: "another" }],
    ["another tag", { fromTag: "another" }],
    ["another To", { to: `sip:carol@${DOMAIN}` }],
  ])("a request without a tag and with %s is not of that dialog", async (_what, other) => {
    const { alice, bob, invite, callerRoutes } = await answered(createNetwork(), "To tag");
    const { callId, fromTag } = invite;
    await alice.request("BYE", bob.contact, { to: bob.aor, callId, fromTag, routes: callerRoutes, ...other });
    expect((await alice.takeFinal("BYE")).status).toBe(481);
    expect(bob.inbox.titles()).not.toContain("BYE");
  });

  test.each(["INVITE", "MESSAGE", "REFER", "SUBSCRIBE"])(
    "%s without a tag and with the Route of a call whose ends have tags is 403: the callee may have blocked the caller since",
    async (method) => {
      const network = createNetwork();
      const [alice, bob] = [await network.online("alice"), await network.online("bob")];
      const { invite, caller } = await establish(alice, bob);
      const { callId, fromTag } = invite;
      await alice.request(method, bob.contact, { to: bob.aor, callId, fromTag, routes: caller.routes });
      expect((await alice.takeFinal(method)).status).toBe(403);
      expect(bob.inbox.titles().filter((title) => title === method)).toHaveLength(method === "INVITE" ? 1 : 0);
    },
  );

  test("a Route without a tag does not lead into the dialog of others", async () => {
    const network = createNetwork();
    const { bob, invite, callerRoutes } = await answered(network, "To tag");
    const carol = await network.online("carol");
    const { callId, fromTag } = invite;
    const from = `sip:alice@${DOMAIN}`;
    await carol.request("BYE", bob.contact, { from, to: bob.aor, callId, fromTag, routes: callerRoutes });
    expect((await carol.takeFinal("BYE")).status).toBe(403);
    expect(bob.inbox.titles()).not.toContain("BYE");
  });
});
