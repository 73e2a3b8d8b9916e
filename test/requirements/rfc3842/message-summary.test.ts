// Waiting messages: a user's phones are notified of the summary that was published last.
import { describe, expect, test } from "@jest/globals";
import { header } from "../../../lib/sip/syntax/message.ts";
import { createNetwork } from "../../support/phone/network.ts";
import { etagOf, publish, subscribe, takeNotify, watch } from "../../support/phone/watcher.ts";

const BOB = "sip:bob@example.com";
const TYPE = "application/simple-message-summary";
const event = "message-summary";
const summary = (count: number) =>
  `Messages-Waiting: yes\r\nMessage-Account: ${BOB}\r\nVoice-Message: ${count}/8 (0/2)\r\n`;

async function aWatchingBob() {
  const network = createNetwork();
  const bob = await network.online("bob");
  const { first } = await watch(bob, BOB, { event, lines: [`Accept: ${TYPE}`] });
  return { network, bob, first };
}

describe("RFC 3842", () => {
  test("§3.3: a phone that subscribes before anything is published gets an empty NOTIFY", async () => {
    const { first } = await aWatchingBob();
    expect([header(first, "event"), first.body]).toEqual([event, ""]);
  });

  test("§5.2: a summary comes byte for byte; of two the latest, and of one that is removed the other", async () => {
    const { bob } = await aWatchingBob();
    const extended = `${summary(2)}\r\nTo: <${BOB}>\r\nSubject: carpool\r\n`;
    await publish(bob, { event, body: extended, type: TYPE });
    const notify = await takeNotify(bob);
    expect([header(notify, "content-type"), notify.body]).toEqual([TYPE, extended]);
    const tag = etagOf(await publish(bob, { event, body: summary(3), type: TYPE }));
    expect((await takeNotify(bob)).body).toBe(summary(3));
    await publish(bob, { event, tag, expires: 0 });
    expect((await takeNotify(bob)).body).toBe(extended);
  });

  test.each([
    ["bare line feeds", "Messages-Waiting: yes\nVoice-Message: 1/0\n"],
    ["no status", `Message-Account: ${BOB}\r\n`],
    ["another status", "Messages-Waiting: maybe\r\n"],
    ["a line without a name", "Messages-Waiting: yes\r\n: 1\r\n"],
  ])("§5.2: a summary with %s is 400", async (_what, body) => {
    const { bob } = await aWatchingBob();
    expect((await publish(bob, { event, body, type: TYPE })).status).toBe(400);
  });

  test("§5.2: PIDF in its place is 415", async () => {
    const { bob } = await aWatchingBob();
    const { status } = await publish(bob, { event, body: "<presence/>" });
    expect(status).toBe(415);
  });

  test("§7: another user may not subscribe", async () => {
    const { network } = await aWatchingBob();
    expect((await subscribe(await network.online("alice"), BOB, { event })).ok.status).toBe(403);
  });

  test("a REGISTER notifies no phone of its messages", async () => {
    const { network, bob } = await aWatchingBob();
    await network.online("bob");
    expect(bob.inbox.titles().filter((title) => title === "NOTIFY")).toHaveLength(1);
  });
});
