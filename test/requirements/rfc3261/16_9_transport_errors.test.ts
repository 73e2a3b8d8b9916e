import { describe, expect, test } from "@jest/globals";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const bobAor = `sip:bob@${DOMAIN}`;

describe("RFC 3261 §16.9: a target that cannot be reached", () => {
  test("a call whose only target has a closed connection is 480, and the dead binding is removed", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob", { flow: "gone" });
    network.cut("gone");
    expect((await alice.ask("INVITE", bobAor)).status).toBe(480);
    expect(network.state.rows.registrations.get(bobAor)?.bindings).toEqual([]);
    expect((await alice.ask("MESSAGE", bobAor)).status).toBe(480);
  });

  test("of two phones the connected one keeps ringing", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob", { flow: "gone" });
    const mobile = await network.online("bob");
    network.cut("gone");
    await alice.request("INVITE", bobAor);
    await mobile.answer(await mobile.takeRequest("INVITE"), 200);
    expect(alice.inbox.titles().slice(2)).toEqual(["100 INVITE", "200 INVITE"]);
  });

  test("a MESSAGE whose only target has a closed connection is answered 480 too", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob", { flow: "gone" });
    network.cut("gone");
    expect((await alice.ask("MESSAGE", bobAor)).status).toBe(480);
  });

  test("a message that the platform cannot carry is 513 to its sender", async () => {
    const network = createNetwork({}, (ports) => ({
      post: (flow, text) => (text.includes("huge") ? Promise.resolve("too large") : ports.post(flow, text)),
    }));
    const alice = await network.online("alice");
    await network.online("bob");
    expect((await alice.ask("INVITE", bobAor, { body: "huge" })).status).toBe(513);
    expect((await alice.ask("MESSAGE", bobAor, { body: "huge" })).status).toBe(513);
  });
});
