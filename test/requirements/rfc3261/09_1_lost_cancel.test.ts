// A CANCEL is stored before it is sent, so a process that dies in between leaves a phone that rings although the row
// says that it was cancelled.
import { describe, expect, test } from "@jest/globals";
import { aCall } from "../../support/phone/call.ts";
import { createNetwork } from "../../support/phone/network.ts";

/**
 * Two phones of bob ring; the first answers before the second has sent any response, so its CANCEL has to wait (§9.1).
 */
async function answeredElsewhere() {
  const network = createNetwork();
  const alice = await network.online("alice");
  const desk = await network.online("bob", { flow: "desk" });
  const mobile = await network.online("bob", { flow: "mobile" });
  await alice.request("INVITE", desk.aor);
  await desk.answer(await desk.takeRequest("INVITE"), 200);
  const ringing = mobile.writeAnswer(await mobile.takeRequest("INVITE"), 180);
  return {
    network,
    mobile,
    /**
     * The process that receives the 180 dies after it has stored its decision: the response it would have returned is
     * lost.
     */
    ringsInVain: () => network.signaling.receive({ flow: "mobile", text: ringing, source: "192.0.2.7" }),
    rings: () => mobile.send(ringing),
  };
}

describe("RFC 3261 §9.1: a CANCEL that was lost with its process", () => {
  test("is repeated at the next provisional response of its branch", async () => {
    const { mobile, rings, ringsInVain } = await answeredElsewhere();
    await ringsInVain();
    await rings();
    await mobile.takeRequest("CANCEL");
  });

  test("is repeated at every one of them, however many were lost", async () => {
    const { network, mobile, rings, ringsInVain } = await answeredElsewhere();
    await network.pass(40);
    for (let lost = 0; lost < 3; lost += 1) await ringsInVain();
    await rings();
    await mobile.takeRequest("CANCEL");
  });

  test("is repeated by a timer, for a phone that rings late and sends only one 180", async () => {
    const { network, mobile, ringsInVain } = await answeredElsewhere();
    await network.pass(40);
    await ringsInVain();
    await network.pass(32);
    await mobile.takeRequest("CANCEL");
  });
});

describe("a phone that timer B has given up and that rings afterwards", () => {
  async function givenUp() {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob", { flow: "bob" })];
    await alice.request("INVITE", bob.aor);
    const ringing = bob.writeAnswer(await bob.takeRequest("INVITE"), 180);
    await network.pass(33);
    await alice.takeResponse(408, "INVITE");
    return { network, bob, ringing };
  }

  test("is cancelled by a timer, if the CANCEL was lost", async () => {
    const { network, bob, ringing } = await givenUp();
    await network.signaling.receive({ flow: "bob", text: ringing, source: "192.0.2.7" });
    await network.pass(32);
    await bob.takeRequest("CANCEL");
  });

  test("is cancelled at its next provisional response, if the CANCEL was lost", async () => {
    const { network, bob, ringing } = await givenUp();
    await network.signaling.receive({ flow: "bob", text: ringing, source: "192.0.2.7" });
    await bob.send(ringing);
    await bob.takeRequest("CANCEL");
  });
});

test("§16.8: the row of a call lives until the last of its timers, however late they come", async () => {
  const { network, alice, bob } = await aCall();
  await bob.answer(await bob.takeRequest("INVITE"), 180);
  const late = 270;
  await network.delayTimers(late);
  await alice.close();
  await network.pass(32 + late);
  await bob.takeRequest("CANCEL");
  const [next] = network.timers;
  const [row] = [...network.state.rows.contexts.values()];
  expect(row?.expiresAt).toBeGreaterThan(next?.dueAt ?? Infinity);
});
