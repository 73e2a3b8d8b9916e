// RFC 5627 §6.1, RFC 3261 §19.1.4: GRUUs are compared as URIs, whose parameters are not case-sensitive.
import { expect, test } from "@jest/globals";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const INSTANCE = "urn:uuid:5F3B0C6E-0000-4000-8000-00000000ABCD"; // as iOS writes a UUID

test.each([
  ["in lower case", INSTANCE.toLowerCase()],
  ["in upper case", INSTANCE.toUpperCase()],
  ["escaped", INSTANCE.replaceAll(":", "%3A")],
])("a public GRUU that is written %s reaches its device", async (_how, gr) => {
  const network = createNetwork();
  const alice = await network.online("alice");
  const bob = await network.online("bob", { instance: INSTANCE });
  await alice.request("INVITE", `sip:bob@${DOMAIN};gr=${gr}`);
  await expect(bob.takeRequest("INVITE")).resolves.toBeDefined();
});
