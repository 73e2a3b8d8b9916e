// SUBSCRIBE, PUBLISH and OPTIONS that this server answers as a UAS (RFC 3261 §8.2).
import { expect, test } from "@jest/globals";
import { header } from "../../../lib/sip/syntax/message.ts";
import { createNetwork } from "../../support/phone/network.ts";
import { pidf } from "../../support/phone/watcher.ts";

const BOB = "sip:bob@example.com";
const PIDF = "Content-Type: application/pidf+xml";

test("RFC 3261 §8.2.3: a PUBLISH with a Content-Encoding other than identity is 415 with Accept-Encoding, and nothing is stored", async () => {
  const network = createNetwork();
  const bob = await network.online("bob");
  const publish = (encoding: string) =>
    bob.ask("PUBLISH", BOB, {
      to: BOB,
      body: pidf(BOB),
      lines: ["Event: presence", PIDF, `Content-Encoding: ${encoding}`],
    });
  const refused = await publish("gzip");
  expect([refused.status, header(refused, "accept-encoding")]).toEqual([415, "identity"]);
  expect(network.state.rows.resourceStates.size).toBe(0);
  expect((await publish("identity")).status).toBe(200);
});
