import { describe, expect, test } from "@jest/globals";
import { headers } from "../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

async function registering(...contacts: readonly string[]) {
  const network = createNetwork();
  const alice = network.phone("alice");
  const lines = contacts.map((contact) => `Contact: ${contact}`);
  const { status, ...answer } = await alice.ask("REGISTER", `sip:${DOMAIN}`, { to: alice.aor, lines });
  return { status, shown: headers({ status, ...answer }, "contact"), network, alice };
}

describe("RFC 3261 §10.2, §20.10: a Contact outside the grammar whose meaning is plain is registered, and written by the grammar", () => {
  test.each([
    ["q without a digit before the point", "<sip:a@a.invalid>;q=.5", "<sip:a@a.invalid>;expires=540;q=0.5"],
    ["q with more than three digits", "<sip:a@a.invalid>;q=0.33333", "<sip:a@a.invalid>;expires=540;q=0.333"],
    ["a last semicolon", "<sip:a@a.invalid>;expires=60;", "<sip:a@a.invalid>;expires=60"],
    ["a last semicolon without parameters", "<sip:a@a.invalid>;", "<sip:a@a.invalid>;expires=540"],
    ["a last semicolon without brackets", "sip:a@a.invalid;", "<sip:a@a.invalid>;expires=540"],
    [
      "+sip.instance without quotes",
      "<sip:a@a.invalid>;+sip.instance=<urn:uuid:0f0e>;reg-id=1",
      '<sip:a@a.invalid>;expires=540;+sip.instance="<urn:uuid:0f0e>";reg-id=1',
    ],
    [
      "+sip.instance without quotes and the address without brackets",
      "sip:a@a.invalid;reg-id=1;+sip.instance=<urn:uuid:0f0e>",
      '<sip:a@a.invalid>;expires=540;+sip.instance="<urn:uuid:0f0e>";reg-id=1',
    ],
    ["= in a URI parameter", "<sip:a@a.invalid;x=a=b==>", "<sip:a@a.invalid;x=a%3Db%3D%3D>;expires=540"],
    ["# in the user", "<sip:a#1@a.invalid>", "<sip:a%231@a.invalid>;expires=540"],
    [
      "all of them",
      '"A" <sip:a#1@a.invalid;x==>;+sip.instance=<urn:uuid:0f0e>;reg-id=1;q=.25;',
      '<sip:a%231@a.invalid;x=%3D>;expires=540;q=0.25;+sip.instance="<urn:uuid:0f0e>";reg-id=1',
    ],
  ])("%s", async (_what, contact, written) => {
    const { status, shown } = await registering(contact);
    expect([status, shown]).toEqual([200, [written]]);
  });

  test("is accepted between others in one line", async () => {
    const { shown } = await registering("<sip:a@a.invalid>;q=.5;, <sip:b@b.invalid>;, sip:c@c.invalid;q=.1");
    expect(shown.map((contact) => contact.slice(0, 5))).toEqual(["<sip:", "<sip:", "<sip:"]);
  });

  test("a call to it has a Request-URI of the grammar", async () => {
    const { network, alice } = await registering("<sip:a@a.invalid;x=a=b>");
    const bob = await network.online("bob");
    await bob.request("MESSAGE", alice.aor);
    expect((await alice.takeRequest("MESSAGE")).uri).toBe("sip:a@a.invalid;x=a%3Db");
  });

  test.each([
    ["q above 1", "<sip:a@a.invalid>;q=1.5"],
    ["q without digits", "<sip:a@a.invalid>;q=."],
    ["q that is not a number", "<sip:a@a.invalid>;q=high"],
    ["two last semicolons", "<sip:a@a.invalid>;;"],
    ["a semicolon too many in the middle", "<sip:a@a.invalid>;;q=1"],
    ["a parameter without a name", "<sip:a@a.invalid>;=1"],
    ["a quote that does not end", '<sip:a@a.invalid>;x="<1>'],
    ["a space in the URI", "<sip:a b@a.invalid>"],
  ])("%s has no plain meaning: 400", async (_what, contact) => {
    expect((await registering(contact)).status).toBe(400);
  });
});
