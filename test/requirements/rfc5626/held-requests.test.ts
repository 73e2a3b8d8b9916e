// Requests within a dialog for a phone that has lost its connection and comes back.
import { describe, expect, test } from "@jest/globals";
import { header } from "../../../lib/sip/syntax/message.ts";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, type Line } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";

/** A call of alice to bob, whose connection is gone. */
async function aCut(who: "caller" | "callee", options: Line = {}) {
  const network = createNetwork();
  const alice = await network.online("alice", { flow: "alice-1", ...options });
  const bob = await network.online("bob", { flow: "bob-1", ...options });
  const call = await establish(alice, bob);
  const isCallee = who === "callee";
  const [lost, stays] = isCallee ? [bob, alice] : [alice, bob];
  const [lostDialog, dialog] = isCallee ? [call.callee, call.caller] : [call.caller, call.callee];
  await lost.close();
  const user = isCallee ? "bob" : "alice";
  const comeBack = (flow = `${user}-2`) =>
    network.online(user, { instance: lost.instance, contact: lost.contact, flow });
  return { network, lost, stays, lostDialog, dialog, comeBack };
}

const methods = ["BYE", "INVITE", "INFO", "UPDATE", "MESSAGE"];

describe("RFC 5626 §4.5: a request within a dialog for a phone without a connection", () => {
  test.each(methods.flatMap((method) => [["callee", method] as const, ["caller", method] as const]))(
    "waits for the %s: its %s arrives when the phone registers again, and the response comes back",
    async (who, method) => {
      const { network, stays, dialog, comeBack } = await aCut(who);
      await stays.inDialog(method, dialog);
      await network.pass(6);
      expect(stays.inbox.titles().filter((title) => title.endsWith(` ${method}`))).toEqual(
        method === "INVITE" && who === "callee" ? ["100 INVITE", "180 INVITE", "200 INVITE"] : [],
      );
      const back = await comeBack();
      await back.answer(await back.takeRequest(method), 200);
      expect((await stays.takeFinal(method)).status).toBe(200);
    },
  );

  test("waits as well when the gateway has not noticed the end of the connection before", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob", { flow: "bob-1" })];
    const { caller } = await establish(alice, bob);
    network.cut("bob-1");
    await alice.inDialog("BYE", caller);
    const back = await network.online("bob", { instance: bob.instance, flow: "bob-2" });
    await back.answer(await back.takeRequest("BYE"), 200);
    expect((await alice.takeFinal("BYE")).status).toBe(200);
  });

  test("waits for a phone without an instance, which is known by its contact", async () => {
    const { stays, dialog, comeBack } = await aCut("callee", { instance: null });
    await stays.inDialog("BYE", dialog);
    const back = await comeBack();
    await back.answer(await back.takeRequest("BYE"), 200);
    expect((await stays.takeFinal("BYE")).status).toBe(200);
  });

  test.each([1, 15, 27])("arrives after %i s", async (seconds) => {
    const { network, stays, dialog, comeBack } = await aCut("callee");
    await stays.inDialog("BYE", dialog);
    await network.pass(seconds);
    expect((await comeBack()).inbox.titles()).toContain("BYE");
  });

  test.each(methods.filter((method) => method !== "BYE"))(
    "%s is not sent when its sender gets 430 before a response could come",
    async (method) => {
      const { network, stays, dialog, comeBack } = await aCut("callee");
      await stays.inDialog(method, dialog);
      await network.pass(26);
      const back = await comeBack();
      await network.pass(4);
      await stays.takeResponse(430, method);
      expect(back.inbox.titles()).not.toContain(method);
    },
  );

  test.each([
    ["came back", false],
    ["came back and answered", true],
  ])(
    "is delivered once if it was stored and the process met a conflict, while the phone %s",
    async (_what, answers) => {
      let isDoubtful = true;
      let comesBack = () => Promise.resolve();
      const network = createNetwork({}, ({ commit }) => ({
        async commit(changes) {
          const result = await commit(changes);
          const holds = changes.some((change) => change.kind === "registration" && change.registration.held?.length);
          if (!holds || !isDoubtful) return result;
          isDoubtful = false;
          await comesBack();
          return "conflict";
        },
      }));
      const [alice, bob] = [await network.online("alice"), await network.online("bob", { flow: "bob-1" })];
      const { caller } = await establish(alice, bob);
      await bob.close();
      const back: Phone[] = [];
      comesBack = async () => {
        const phone = await network.online("bob", { instance: bob.instance, contact: bob.contact, flow: "bob-2" });
        if (answers) await phone.answer(await phone.takeRequest("BYE"), 200);
        back.push(phone);
      };
      await alice.inDialog("BYE", caller);
      await network.pass(1);
      await back[0]?.register();
      expect(back[0]?.inbox.titles().filter((title) => title === "BYE")).toEqual(["BYE"]);
    },
  );

  test("is sent at once, and in order, if the REGISTER that takes it up is stored and a later write of it meets a conflict", async () => {
    let conflicts = 0;
    const network = createNetwork({}, ({ commit }) => ({
      async commit(changes) {
        const result = await commit(changes);
        const takesUp = changes.some(
          (change) => change.kind === "registration" && change.registration.held?.some(({ sentOn }) => sentOn),
        );
        if (!takesUp || conflicts > 0) return result;
        conflicts += 1;
        return "conflict";
      },
    }));
    const [alice, bob] = [await network.online("alice"), await network.online("bob", { flow: "bob-1" })];
    const { caller } = await establish(alice, bob);
    await bob.close();
    for (const method of ["INFO", "BYE"]) await alice.inDialog(method, caller);
    const back = await network.online("bob", { instance: bob.instance, contact: bob.contact, flow: "bob-2" });
    expect(conflicts).toBe(1);
    for (const method of ["INFO", "BYE"]) await back.answer(await back.takeRequest(method), 200);
    await network.pass(10);
    expect(back.inbox.titles().filter((title) => title === "INFO" || title === "BYE")).toEqual(["INFO", "BYE"]);
    expect((await alice.takeFinal("BYE")).status).toBe(200);
  });

  test.each(methods)(
    "%s is answered 430 within 30 s if the phone does not return, and does not arrive later",
    async (method) => {
      const { network, stays, dialog, comeBack } = await aCut("callee");
      await stays.inDialog(method, dialog);
      await network.pass(30);
      await stays.takeResponse(430, method);
      const back = await comeBack();
      expect(back.inbox.titles()).not.toContain(method);
    },
  );

  test("does not arrive at another phone of the user", async () => {
    const { network, stays, dialog } = await aCut("callee");
    await stays.inDialog("BYE", dialog);
    const other = await network.online("bob");
    expect(other.inbox.titles()).not.toContain("BYE");
  });

  test("is sent once, however often the phone registers on that connection", async () => {
    const { network, stays, dialog, comeBack } = await aCut("callee");
    await stays.inDialog("BYE", dialog);
    const back = await comeBack();
    await back.answer(await back.takeRequest("BYE"), 200);
    await back.register();
    await network.pass(60);
    expect(back.inbox.titles().filter((title) => title === "BYE")).toHaveLength(1);
    expect(stays.inbox.titles().filter((title) => title.endsWith(" BYE"))).toEqual(["200 BYE"]);
  });

  test("is sent again on the next connection if that one breaks before the response", async () => {
    const { stays, dialog, comeBack } = await aCut("callee");
    await stays.inDialog("BYE", dialog);
    const back = await comeBack("bob-2");
    await back.takeRequest("BYE");
    await back.close();
    const again = await comeBack("bob-3");
    await again.answer(await again.takeRequest("BYE"), 200);
    expect((await stays.takeFinal("BYE")).status).toBe(200);
  });

  test("is sent once more if no response comes: the process that sent it may have ended before it did", async () => {
    const { network, stays, dialog, comeBack } = await aCut("callee");
    await stays.inDialog("BYE", dialog);
    const back = await comeBack();
    await back.takeRequest("BYE");
    await network.pass(8);
    await back.answer(await back.takeRequest("BYE"), 200);
    expect((await stays.takeFinal("BYE")).status).toBe(200);
  });

  test("is answered 430 if the phone that got it vanishes again without a response", async () => {
    const { network, stays, dialog, comeBack } = await aCut("callee");
    await stays.inDialog("INFO", dialog);
    const back = await comeBack();
    await back.takeRequest("INFO");
    await back.close();
    await network.pass(30);
    await stays.takeResponse(430, "INFO");
  });

  test("is not ended by the server once the phone has said 100", async () => {
    const { network, stays, dialog, comeBack } = await aCut("caller");
    await stays.inDialog("INVITE", dialog);
    const back = await comeBack();
    const invite = await back.takeRequest("INVITE");
    await back.answer(invite, 100);
    await network.pass(60);
    await back.answer(invite, 200);
    expect((await stays.takeFinal("INVITE")).status).toBe(200);
  });

  test("RFC 3261 §13.3.1.4: a 2xx that is repeated passes every time", async () => {
    const { stays, dialog, comeBack } = await aCut("caller");
    await stays.inDialog("INVITE", dialog);
    const back = await comeBack();
    const invite = await back.takeRequest("INVITE");
    for (let copies = 0; copies < 3; copies += 1) {
      await back.answer(invite, 200);
      await stays.takeResponse(200, "INVITE");
    }
  });

  test.each(["INVITE", "INFO"])("%s that the phone refuses after a provisional response is refused", async (method) => {
    const { stays, dialog, comeBack } = await aCut("caller");
    await stays.inDialog(method, dialog);
    const back = await comeBack();
    const request = await back.takeRequest(method);
    for (const status of [100, 183, 488]) await back.answer(request, status);
    const isResponse = (title: string): boolean => title.endsWith(` ${method}`);
    expect(stays.inbox.titles().filter(isResponse)).toEqual([`100 ${method}`, `183 ${method}`, `488 ${method}`]);
  });

  describe("RFC 3261 §17.2.1: a 2xx to an INVITE is dropped after a refusal", () => {
    test.each([0, 100])("by this server, although the phone repeats it, %i before it", async (provisional) => {
      const { network, stays, dialog, comeBack } = await aCut("caller");
      await stays.inDialog("INVITE", dialog);
      const back = await comeBack();
      const invite = await back.takeRequest("INVITE");
      await network.pass(28);
      await stays.takeResponse(430, "INVITE");
      if (provisional > 0) await back.answer(invite, provisional);
      for (let second = 0; second < 32; second += 1) {
        await back.answer(invite, 200);
        await back.register();
        await network.pass(1);
      }
      expect(stays.inbox.titles()).not.toContain("200 INVITE");
    });

    test("by the phone itself, which got a copy of the request", async () => {
      const { stays, dialog, comeBack } = await aCut("caller");
      await stays.inDialog("INVITE", dialog);
      const back = await comeBack();
      const invite = await back.takeRequest("INVITE");
      await back.answer(invite, 481);
      await back.answer(invite, 200);
      const responses = stays.inbox.titles().filter((title) => title.endsWith(" INVITE"));
      expect(responses).toEqual(["481 INVITE"]);
    });
  });

  test("RFC 3261 §12.2.2: several arrive in the order of their CSeq", async () => {
    const { stays, dialog, comeBack } = await aCut("callee");
    await stays.inDialog("INFO", dialog, { cseq: 5003 });
    await stays.inDialog("INVITE", dialog, { cseq: 5001 });
    await stays.inDialog("BYE", dialog, { cseq: 5004 });
    await stays.inDialog("MESSAGE", dialog, { cseq: 5002 });
    const back = await comeBack();
    expect(back.inbox.titles().filter((title) => methods.includes(title))).toEqual([
      "INVITE",
      "MESSAGE",
      "INFO",
      "BYE",
    ]);
  });

  test("RFC 3261 §17.2: sent again on the same branch, waits once", async () => {
    const { network, stays, dialog, comeBack } = await aCut("callee");
    const bye = await stays.inDialog("BYE", dialog);
    await stays.send(bye.text);
    await stays.send(bye.text);
    expect(network.state.rows.registrations.get("sip:bob@example.com")?.held).toHaveLength(1);
    const back = await comeBack();
    expect(back.inbox.titles().filter((title) => title === "BYE")).toHaveLength(1);
  });

  test("is told apart from its copy: a second response to it is dropped", async () => {
    const { network, stays, dialog, comeBack } = await aCut("callee");
    await stays.inDialog("BYE", dialog);
    const back = await comeBack();
    const bye = await back.takeRequest("BYE");
    await network.pass(8);
    await back.answer(bye, 200);
    await back.answer(await back.takeRequest("BYE"), 481);
    expect(stays.inbox.titles().filter((title) => title.endsWith(" BYE"))).toEqual(["200 BYE"]);
  });

  test("RFC 3261 §13.2.2.4: the ACK of a 2xx arrives too", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob", { flow: "bob-1" })];
    const invite = await alice.request("INVITE", bob.aor);
    const received = await bob.takeRequest("INVITE");
    await bob.answer(received, 200);
    const caller = alice.dialogAsCaller(invite, await alice.takeResponse(200, "INVITE"));
    await bob.close();
    await alice.inDialog("ACK", caller, { cseq: invite.cseq });
    await network.pass(4);
    const back = await network.online("bob", { instance: bob.instance, flow: "bob-2" });
    expect(header(await back.takeRequest("ACK"), "cseq")).toBe(`${invite.cseq} ACK`);
    await network.pass(40);
    expect(back.inbox.titles().filter((title) => title === "ACK")).toHaveLength(1);
  });

  test("RFC 5627 §6.1: to a temporary GRUU arrives with the contact as its Request-URI", async () => {
    const network = createNetwork();
    const lines = ["Supported: gruu"];
    const alice = network.phone("alice", { flow: "alice-1" });
    const registered = await alice.register(600, { lines });
    const gruu = /temp-gruu="([^"]+)"/.exec(header(registered, "contact") ?? "")?.[1] ?? "";
    const bob = await network.online("bob");
    await alice.request("INVITE", bob.aor);
    const received = await bob.takeRequest("INVITE");
    await bob.answer(received, 200);
    const dialog = { ...bob.dialogAsCallee(received), remoteTarget: gruu };
    await alice.close();
    await bob.inDialog("BYE", dialog);
    const { instance, contact } = alice;
    const back = network.phone("alice", { instance, contact, flow: "alice-2" });
    await back.register(600, { lines });
    expect([gruu.length > 0, (await back.takeRequest("BYE")).uri]).toEqual([true, contact]);
  });

  test.each(methods)("%s leaves its name for a while, and then nothing", async (method) => {
    const { network, stays, dialog, comeBack } = await aCut("callee");
    await stays.inDialog(method, dialog);
    const back = await comeBack();
    await back.answer(await back.takeRequest(method), 200);
    const stored = () => network.state.rows.registrations.get("sip:bob@example.com")?.held;
    expect(stored()).toMatchObject([{ message: "", state: method === "INVITE" ? "accepted" : "completed" }]);
    await network.pass(120);
    await back.register();
    expect(stored()).toBeUndefined();
  });

  test("leaves ten names at most", async () => {
    const { network, stays, dialog, comeBack } = await aCut("callee");
    for (let count = 0; count < 12; count += 1) {
      await stays.inDialog("INFO", dialog);
      const back = await comeBack(`bob-${count + 2}`);
      await back.answer(await back.takeRequest("INFO"), 200);
      await back.close();
    }
    expect(network.state.rows.registrations.get("sip:bob@example.com")?.held).toHaveLength(10);
  });

  test("is refused at once beyond ten that wait for one user, or 32 KB of them", async () => {
    const { stays, dialog } = await aCut("callee");
    for (let count = 0; count < 10; count += 1) await stays.inDialog("INFO", dialog);
    expect(stays.inbox.titles()).not.toContain("430 INFO");
    await stays.inDialog("INFO", dialog);
    await stays.takeResponse(430, "INFO");
    const other = await aCut("callee");
    await other.stays.inDialog("INFO", other.dialog, { body: "x".repeat(33_000) });
    await other.stays.takeResponse(430, "INFO");
  });

  test("is refused at once if its receiver was never registered", async () => {
    const network = createNetwork();
    const alice = network.phone("alice", { flow: "alice-1" });
    const bob = await network.online("bob");
    const sent = await alice.request("INVITE", bob.aor);
    const lines = [alice.credentials(await alice.takeFinal("INVITE"), sent)];
    await alice.request("INVITE", bob.aor, { callId: sent.callId, fromTag: sent.fromTag, lines });
    const received = await bob.takeRequest("INVITE");
    await bob.answer(received, 200);
    network.cut("alice-1");
    await bob.inDialog("BYE", bob.dialogAsCallee(received));
    await bob.takeResponse(430, "BYE");
  });
});
