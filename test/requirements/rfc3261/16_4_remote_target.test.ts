import { describe, expect, test } from "@jest/globals";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

describe("RFC 3261 §16.4, §12.2.1.1: within a dialog the Route decides the way, and the Request-URI passes as the peer wrote it in its Contact", () => {
  test.each([
    ["a raw # in the user", "sip:bob#1@b.invalid;transport=ws"],
    ["a character outside the grammar", "sip:b{o}b@b.invalid"],
    ["a header part", "sip:bob@b.invalid?Subject=x"],
    ["a tel URI", "tel:+15551234"],
    ["a URI of another scheme", "im:bob@b.invalid"],
    ["a parameter with two equals signs", "sip:bob@b.invalid;x=a=b"],
  ])("%s", async (_what, remoteTarget) => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { caller } = await establish(alice, bob);
    for (const method of ["ACK", "INFO", "BYE"]) {
      await alice.inDialog(method, { ...caller, remoteTarget });
      const received = await bob.takeRequest(method);
      expect(received.uri).toBe(remoteTarget);
    }
  });

  test("Max-Forwards and Proxy-Require are checked there too", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { caller } = await establish(alice, bob);
    const dialog = { ...caller, remoteTarget: "sip:bob#1@b.invalid" };
    await alice.inDialog("INFO", dialog, { maxForwards: 0 });
    expect((await alice.takeFinal("INFO")).status).toBe(483);
    await alice.inDialog("INFO", dialog, { lines: ["Proxy-Require: teleport"] });
    expect((await alice.takeFinal("INFO")).status).toBe(420);
  });

  test.each([
    ["sip:b{o}b@example.com", 400],
    ["sip:bob@example.com?Subject=x", 400],
    ["tel:+15551234", 416],
  ])("without the Route, %s is refused", async (uri, status) => {
    const alice = await createNetwork().online("alice");
    await alice.request("MESSAGE", uri, { to: `sip:bob@${DOMAIN}` });
    expect((await alice.takeFinal("MESSAGE")).status).toBe(status);
  });
});
