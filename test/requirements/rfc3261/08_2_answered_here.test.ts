// SUBSCRIBE, PUBLISH and OPTIONS that this server answers as a UAS (RFC 3261 §8.2).
import { expect, test } from "@jest/globals";
import { OWN_SETTINGS } from "../../../lib/sip/own-settings/settings-document.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import { createNetwork } from "../../support/phone/network.ts";
import { notifies, pidf } from "../../support/phone/watcher.ts";

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

test("RFC 3261 §8.2, §16.3: SUBSCRIBE, PUBLISH and OPTIONS with Max-Forwards: 0 are answered here; a request that would be forwarded is 483", async () => {
  const network = createNetwork();
  const bob = await network.online("bob");
  const last = { to: BOB, maxForwards: 0 };
  const status = async (method: string, lines: readonly string[], body = "") =>
    (await bob.ask(method, BOB, { ...last, body, lines: [...lines] })).status;
  expect(await status("SUBSCRIBE", ["Event: presence", "Expires: 600"])).toBe(200);
  expect(notifies(bob)).toBe(1);
  expect(await status("PUBLISH", ["Event: presence", PIDF], pidf(BOB))).toBe(200);
  expect(await status("OPTIONS", [`Accept: ${OWN_SETTINGS}`])).toBe(200);
  expect(await status("OPTIONS", ["Accept: application/sdp"])).toBe(483);
  expect(await status("MESSAGE", ["Content-Type: text/plain"], "x")).toBe(483);
});
