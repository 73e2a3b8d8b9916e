import { expect, test } from "@jest/globals";
import { headers } from "../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

test.each([`sip:${DOMAIN}`, `sip:${DOMAIN};transport=ws`, "sip:EXAMPLE.com"])(
  "RFC 3261 §11.2: the 200 to OPTIONS for the domain (%s) has Accept, Accept-Encoding, Accept-Language and Supported, and a proxy leaves out Allow",
  async (uri) => {
    const alice = createNetwork().phone("alice");
    await alice.request("OPTIONS", uri);
    const answered = await alice.takeFinal("OPTIONS");
    expect(answered.status).toBe(200);
    const names = ["allow", "accept", "accept-encoding", "accept-language", "supported"];
    expect(names.map((name) => headers(answered, name))).toEqual([
      [],
      ["*/*"],
      ["identity"],
      ["en"],
      ["outbound, gruu, path, eventlist, recipient-list-subscribe"],
    ]);
  },
);

test("RFC 4662 §4.1, RFC 5367 §4: OPTIONS that requires the extensions of a SUBSCRIBE to a list is not refused", async () => {
  const alice = createNetwork().phone("alice");
  const ok = await alice.ask("OPTIONS", `sip:${DOMAIN}`, { lines: ["Require: eventlist, recipient-list-subscribe"] });
  expect(ok.status).toBe(200);
});
