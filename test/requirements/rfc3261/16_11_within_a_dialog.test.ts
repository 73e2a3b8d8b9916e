import { describe, expect, test } from "@jest/globals";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";
import { viasOf } from "../../support/phone/phone.ts";

const bobAor = `sip:bob@${DOMAIN}`;

describe("RFC 3261 §16.11, §12: within a dialog", () => {
  test.each([
    ...(["INFO", "UPDATE", "MESSAGE", "OPTIONS", "REFER", "NOTIFY", "PRACK"] as const).map(
      (method) => [method, "tracked"] as const,
    ),
    ["BYE", "stateless"] as const, // of a tracked call it closes the row
  ])("%s of a %s call and its answer pass both ways without a read or a write", async (method, mode) => {
    let calls = 0;
    const network = createNetwork({ calls: mode }, (ports) => ({
      read: (keys) => ((calls += 1), ports.read(keys)),
      commit: (changes) => ((calls += changes.length), ports.commit(changes)),
    }));
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { caller, callee } = await establish(alice, bob);
    calls = 0;
    await alice.inDialog(method, caller);
    await bob.answer(await bob.takeRequest(method), 200);
    expect((await alice.takeFinal(method)).status).toBe(200);
    await bob.inDialog(method, callee);
    await alice.answer(await alice.takeRequest(method), 200);
    expect((await bob.takeFinal(method)).status).toBe(200);
    expect(calls).toBe(0);
  });

  test("a re-INVITE, its refusal and the ACK for that pass through", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { caller } = await establish(alice, bob);
    const again = await alice.inDialog("INVITE", caller, { body: "v=0\r\n" });
    await bob.answer(await bob.takeRequest("INVITE"), 488);
    expect((await alice.takeFinal("INVITE")).status).toBe(488);
    await alice.inDialog("ACK", caller, again);
    await bob.takeRequest("ACK");
  });

  test("a CANCEL of a re-INVITE has the branch that the re-INVITE had", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { caller } = await establish(alice, bob);
    const again = await alice.inDialog("INVITE", caller);
    const branch = (via = "") => /branch=[^;]+/.exec(via)?.[0];
    const invite = await bob.takeRequest("INVITE");
    await alice.inDialog("CANCEL", caller, { branch: again.branch, cseq: again.cseq });
    expect(branch(viasOf(await bob.takeRequest("CANCEL"))[0])).toBe(branch(viasOf(invite)[0]));
  });

  test("a request from outside the dialog is refused even with its route", async () => {
    const network = createNetwork();
    const [alice, bob, carol] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("carol"),
    ];
    const { caller } = await establish(alice, bob);
    await carol.inDialog("BYE", caller);
    expect((await carol.takeFinal("BYE")).status).toBe(403);
    expect(bob.inbox.titles()).not.toContain("BYE");
  });

  test("an ACK without our route is dropped and costs no read", async () => {
    let looks = 0;
    const network = createNetwork({}, (ports) => ({ read: (keys) => ((looks += 1), ports.read(keys)) }));
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    looks = 0;
    await alice.request("ACK", bobAor);
    expect([looks, bob.inbox.titles()]).toEqual([0, ["401 REGISTER", "200 REGISTER"]]);
  });
});
