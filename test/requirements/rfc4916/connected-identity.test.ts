// RFC 4916: a callee other than the called address names itself in From; both ends use that name from then on.
import { describe, expect, test } from "@jest/globals";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";

const team = `sip:team@${DOMAIN}`;

/** Alice calls the team, and bob answers. */
async function answered() {
  const network = createNetwork();
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  network.state.addSubscriber({ aor: team, ha1: {}, group: [bob.aor] });
  return { alice, bob, ...(await establish(alice, { ...bob, aor: team })) };
}

async function passes(method: string, from: Phone, to: Phone): Promise<void> {
  await to.answer(await to.takeRequest(method), 200);
  expect((await from.takeFinal(method)).status).toBe(200);
}

describe("RFC 4916 §3: connected identity", () => {
  test("the callee's UPDATE has its own name, and later requests have the same", async () => {
    const { alice, bob, caller, callee } = await answered();
    await bob.inDialog("UPDATE", callee, { from: bob.aor });
    await passes("UPDATE", bob, alice);
    await alice.inDialog("INFO", { ...caller, remote: bob.aor });
    await passes("INFO", alice, bob);
    await bob.inDialog("BYE", callee, { from: bob.aor });
    await passes("BYE", bob, alice);
    expect(bob.inbox.titles()).not.toContain("403 UPDATE");
  });

  test("it may withhold its name, but not take another's", async () => {
    const { alice, bob, callee } = await answered();
    await bob.inDialog("INFO", callee, { from: "sip:anonymous@anonymous.invalid" });
    await passes("INFO", bob, alice);
    await bob.inDialog("INFO", callee, { from: `sip:carol@${DOMAIN}` });
    expect((await bob.takeFinal("INFO")).status).toBe(403);
  });

  test("the route of one call cannot be used for another", async () => {
    const { alice, bob, callee } = await answered();
    for (const other of [{ callId: "another" }, { toTag: "another" }]) {
      await bob.inDialog("INFO", callee, { from: bob.aor, ...other });
      expect((await bob.takeFinal("INFO")).status).toBe(403);
    }
    expect(alice.inbox.titles()).not.toContain("INFO");
  });
});
