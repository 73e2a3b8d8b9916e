// A callee answers while its caller is between two connections, and may lose its own before it can repeat the 2xx.
import { describe, expect, test } from "@jest/globals";
import { createNetwork } from "../../support/phone/network.ts";

/** Alice loses her connection before bob's 2xx arrives. */
async function answeredInVain() {
  const network = createNetwork();
  const alice = await network.online("alice", { flow: "alice-1" });
  const bob = await network.online("bob", { flow: "bob-1" });
  const sent = await alice.request("INVITE", bob.aor);
  const invite = await bob.takeRequest("INVITE");
  await bob.answer(invite, 180);
  await alice.close();
  const answer = () => bob.answer(invite, 200, { body: "v=0\r\n" });
  await answer();
  return {
    network,
    bob,
    sent,
    answer,
    back: () => network.online("alice", { flow: "alice-2", instance: alice.instance }),
  };
}

describe("RFC 3261 §13.3.1.4, §16.7: a 2xx whose caller has no connection", () => {
  test("is sent to the caller when it is back, although its callee does not repeat it", async () => {
    const { network, bob, back } = await answeredInVain();
    await bob.close();
    await network.pass(3);
    const alice = await back();
    await network.pass(8);
    expect((await alice.takeResponse(200, "INVITE")).body).toBe("v=0\r\n");
  });

  test("is sent to a caller that comes back only after the callee has given up", async () => {
    const { network, back } = await answeredInVain();
    await network.pass(50);
    const alice = await back();
    await network.pass(60);
    await alice.takeResponse(200, "INVITE");
  });

  test("is sent twice, because the process that sends it may end before it has", async () => {
    const { network, back } = await answeredInVain();
    const alice = await back();
    await network.pass(300);
    expect(alice.inbox.titles().filter((title) => title === "200 INVITE")).toHaveLength(2);
  });

  test("is no longer sent by a timer once a repetition of it has reached the caller", async () => {
    const { network, answer, back } = await answeredInVain();
    const alice = await back();
    await answer();
    await network.pass(300);
    expect(alice.inbox.titles().filter((title) => title === "200 INVITE")).toHaveLength(1);
  });

  test("is never followed by a refusal: an earlier copy may have reached the caller", async () => {
    const { network, answer, back } = await answeredInVain();
    await network.pass(40);
    const alice = await back();
    await answer();
    await network.pass(300);
    expect(alice.inbox.titles()).toEqual(expect.arrayContaining(["200 INVITE"]));
    expect(alice.inbox.titles().filter((title) => /^[3-6]\d\d INVITE$/.test(title))).toEqual([]);
  });

  test("takes few timers while a caller stays away", async () => {
    const { network } = await answeredInVain();
    const before = network.notes.length;
    await network.pass(2000);
    expect(network.notes.slice(before).filter(({ event }) => event === "timer").length).toBeLessThan(9);
    expect(network.timers).toEqual([]);
  });

  test("costs nothing where the caller is connected", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bob.aor);
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 200);
    await bob.answer(invite, 200);
    expect(network.timers).toHaveLength(1);
  });
});

describe("RFC 3261 §17.2.1: a refusal whose caller has no connection", () => {
  async function refusedInVain() {
    const network = createNetwork();
    const alice = await network.online("alice", { flow: "alice-1" });
    const bob = await network.online("bob");
    await alice.request("INVITE", bob.aor);
    const invite = await bob.takeRequest("INVITE");
    await alice.close();
    await bob.answer(invite, 486);
    return { network, back: () => network.online("alice", { flow: "alice-2", instance: alice.instance }) };
  }

  test.each([1, 5, 20, 50])("is sent to the caller when it is back after %i s", async (seconds) => {
    const { network, back } = await refusedInVain();
    await network.pass(seconds);
    const alice = await back();
    await network.pass(30);
    await alice.takeResponse(486, "INVITE");
  });

  test("takes few timers while a caller stays away", async () => {
    const { network } = await refusedInVain();
    const before = network.notes.length;
    await network.pass(2000);
    expect(network.notes.slice(before).filter(({ event }) => event === "timer").length).toBeLessThan(6);
    expect(network.timers).toEqual([]);
  });
});

test("§9.1: a CANCEL that was lost is repeated although the timer looks for the caller", async () => {
  const network = createNetwork();
  const alice = await network.online("alice", { flow: "alice-1" });
  const [desk, mobile] = [
    await network.online("bob", { flow: "desk" }),
    await network.online("bob", { flow: "mobile" }),
  ];
  await alice.request("INVITE", desk.aor);
  await mobile.answer(await mobile.takeRequest("INVITE"), 180);
  await alice.close();
  await desk.answer(await desk.takeRequest("INVITE"), 200);
  const before = mobile.inbox.titles().filter((title) => title === "CANCEL").length;
  await network.pass(8);
  expect(mobile.inbox.titles().filter((title) => title === "CANCEL")).toHaveLength(before + 1);
});
