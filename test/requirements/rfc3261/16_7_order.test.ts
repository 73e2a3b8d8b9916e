// Messages that a phone sends in the same instant are decided side by side. Here the signaling waits until a test lets it go
// on, so that the order of the decisions is the test's.
import { describe, expect, test } from "@jest/globals";
import { createNetwork } from "../../support/phone/network.ts";
import { establish } from "../../support/phone/call.ts";

/** A network whose waits end when `goOn` is called; `waits` counts them. */
function aNetwork() {
  const waiting: (() => void)[] = [];
  const network = createNetwork({}, () => ({ wait: () => new Promise((resolve) => waiting.push(resolve)) }));
  return {
    network,
    waits: () => waiting.length,
    goOn: () => {
      for (const resolve of waiting) resolve();
    },
  };
}

async function aCall() {
  const { network, ...rest } = aNetwork();
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  const sent = await alice.request("INVITE", bob.aor);
  return { alice, bob, sent, invite: await bob.takeRequest("INVITE"), ...rest };
}

const ofCall = (titles: readonly string[]) => titles.filter((title) => title.endsWith(" INVITE"));

/** Lets everything run that can run without the wait. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("RFC 3261 §16.7 step 5: a 2xx to a caller without a provisional response", () => {
  test.each([180, 183])("lets a %i pass that was sent just before it", async (status) => {
    const { alice, bob, invite, goOn } = await aCall();
    const answered = bob.answer(invite, 200);
    await settled();
    await bob.answer(invite, status);
    goOn();
    await answered;
    expect(ofCall(alice.inbox.titles())).toEqual(["100 INVITE", `${status} INVITE`, "200 INVITE"]);
  });

  test("lets a 180 pass after a 100 of the phone", async () => {
    const { alice, bob, invite, goOn } = await aCall();
    await bob.answer(invite, 100);
    const answered = bob.answer(invite, 200);
    await settled();
    await bob.answer(invite, 180);
    goOn();
    await answered;
    expect(ofCall(alice.inbox.titles())).toEqual(["100 INVITE", "180 INVITE", "200 INVITE"]);
  });

  test("is forwarded after the wait where none comes", async () => {
    const { alice, bob, invite, waits, goOn } = await aCall();
    const answered = bob.answer(invite, 200);
    await settled();
    expect(alice.inbox.titles()).not.toContain("200 INVITE");
    goOn();
    await answered;
    expect(waits()).toBe(1);
    await alice.takeResponse(200, "INVITE");
  });

  test("after a provisional response it does not wait, and neither does its repetition", async () => {
    const { bob, invite, waits } = await aCall();
    await bob.answer(invite, 180);
    await bob.answer(invite, 200);
    await bob.answer(invite, 200);
    expect(waits()).toBe(0);
  });

  test("a refusal does not wait", async () => {
    const { bob, invite, waits } = await aCall();
    await bob.answer(invite, 486);
    expect(waits()).toBe(0);
  });
});

describe("RFC 3311 §5.1, RFC 6086 §4.2.1: a request of the callee", () => {
  test.each(["UPDATE", "INFO", "MESSAGE", "NOTIFY", "REFER", "OPTIONS"])(
    "%s does not reach the caller before the 183 that begins its dialog",
    async (method) => {
      const { alice, bob, invite, goOn } = await aCall();
      const asked = bob.inDialog(method, bob.dialogAsCallee(invite));
      await settled();
      await bob.answer(invite, 183, { lines: ["Require: 100rel", "RSeq: 1"] });
      goOn();
      await asked;
      expect(alice.inbox.titles().slice(-2)).toEqual(["183 INVITE", method]);
    },
  );

  test.each(["BYE", "INVITE"])("%s does not wait: it follows the ACK", async (method) => {
    const { network, waits } = aNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { callee } = await establish(alice, bob);
    await bob.inDialog(method, callee);
    await alice.takeRequest(method);
    expect(waits()).toBe(0);
  });

  test("a request of the caller does not wait: its callee has the dialog", async () => {
    const { network, waits } = aNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { caller } = await establish(alice, bob);
    await alice.inDialog("UPDATE", caller);
    await bob.takeRequest("UPDATE");
    expect(waits()).toBe(0);
  });
});
