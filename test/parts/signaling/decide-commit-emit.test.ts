import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { header, type SipRequest } from "../../../lib/sip/syntax/message.ts";
import { aFork } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const bobAor = `sip:bob@${DOMAIN}`;

function fail(): SipRequest {
  throw new Error("no INVITE came");
}

describe("decide, commit, emit", () => {
  test("a repeated INVITE is not forwarded twice and gets the first answer again", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    await alice.send(sent.text);
    await bob.answer(await bob.takeRequest("INVITE"), 486, { tag: "busy" });
    await alice.send(sent.text);
    expect(bob.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
    expect(alice.inbox.titles().slice(2)).toEqual(["100 INVITE", "100 INVITE", "486 INVITE", "486 INVITE"]);
  });

  test.each([
    ["at once", ["timers set", "committed", "posted"]],
    ["with the next look", ["committed", "timers set", "posted"]], // the two at the same time
  ] as const)("nothing is sent before the state is stored (ringOnReturn: %s)", async (ringOnReturn, expected) => {
    const order: string[] = [];
    const network = createNetwork({ ringOnReturn }, (ports) => ({
      commit: async (changes) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        order.push("committed");
        return ports.commit(changes);
      },
      setTimers: async (timers) => {
        await new Promise((resolve) => setTimeout(resolve, 10));
        if (timers.length > 0) order.push("timers set");
      },
      post: (flow, text) => (order.push("posted"), ports.post(flow, text)),
    }));
    const alice = await network.online("alice");
    await network.online("bob");
    order.length = 0;
    await alice.request("INVITE", bobAor);
    expect(order).toEqual(expected);
  });

  test("a phone that is gone does not hide what a phone that is there said", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob", { flow: "gone" });
    const mobile = await network.online("bob");
    network.cut("gone");
    await alice.request("INVITE", bobAor);
    await mobile.answer(await mobile.takeRequest("INVITE"), 486);
    expect((await alice.takeFinal("INVITE")).status).toBe(486);
  });

  test.each([
    ["while it rings", 180],
    ["before it rings", 100],
  ])("RFC 3326 §2: the caller's reason goes along with a CANCEL, %s", async (_when, status) => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    if (status === 180) await bob.answer(invite, 180);
    await alice.request("CANCEL", bobAor, { ...sent, lines: ['Reason: SIP;cause=603;text="Decline"'] });
    if (status === 100) await bob.answer(invite, 100);
    expect(header(await bob.takeRequest("CANCEL"), "reason")).toBe('SIP;cause=603;text="Decline"');
  });

  test("§17.2.1: a repeated INVITE is answered with the latest provisional response", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    await bob.answer(invite, 183, { tag: "early" });
    await alice.takeResponse(183, "INVITE");
    await alice.send(sent.text);
    expect(header(await alice.takeResponse(183, "INVITE"), "to")).toContain(";tag=early");
  });

  test("§17.2.1: a repeated INVITE has its own answer, though its callee has no phone any more", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    await alice.takeResponse(180, "INVITE");
    await bob.register(0);
    await alice.send(sent.text);
    await alice.takeResponse(180, "INVITE");
    await bob.answer(invite, 486);
    await alice.takeResponse(486, "INVITE");
    await alice.send(sent.text);
    await alice.takeResponse(486, "INVITE");
    expect((await alice.ask("INVITE", bobAor)).status).toBe(480);
  });

  test("a timer that comes before its state is stored comes again; one whose state never comes does not", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await network.signaling.timerDue({ kind: "transaction", context: "not yet", epoch: 1 });
    expect(network.timers).toEqual([expect.objectContaining({ context: "not yet", epoch: 1, isSecond: true })]);
    await network.pass(60);
    expect(network.timers).toEqual([]);

    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    const [timer] = network.timers.splice(0);
    if (timer?.kind !== "transaction") throw new Error("no timer was set");
    await network.signaling.timerDue({ ...timer, epoch: 2 });
    expect(network.timers).toEqual([expect.objectContaining({ epoch: 2, isSecond: true })]);
  });

  test("a context never waits for a timer that was not set: a CANCEL whose timer fails changes nothing", async () => {
    let isFailing = false;
    const network = createNetwork({}, (ports) => ({
      setTimers: (timers) => (isFailing ? Promise.reject(new Error("no queue")) : ports.setTimers(timers)),
    }));
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    const before = [...network.state.rows.contexts.values()];
    isFailing = true;
    await expect(alice.request("CANCEL", bobAor, sent)).rejects.toThrow("no queue");
    expect([...network.state.rows.contexts.values()]).toEqual(before);
  });

  test("a failed delivery leads to the next device at most fifty times in a row: the log says so, and a timer goes on", async () => {
    const network = createNetwork({ maxBindings: 60 });
    const alice = await network.online("alice");
    for (let device = 0; device < 55; device += 1) {
      const flow = `gone-${device}`;
      await network.online("bob", { flow, instance: null, parameters: `;q=0.${900 - device}` });
      network.cut(flow);
    }
    await alice.request("INVITE", bobAor);
    const givenUp = network.notes.find(({ event }) => event === "deliveries given up");
    expect(givenUp?.fields).toMatchObject({ failed: 1, reason: "deliveries-given-up" });
    expect(alice.inbox.titles()).not.toContain("480 INVITE");
    await network.pass(200);
    expect((await alice.takeFinal("INVITE")).status).toBe(408);
  });

  test("twenty phones that refuse at the same moment are all heard, and the caller has its answer", async () => {
    const random = (seed: number) => ((seed * 7919) % 5) + 1;
    let reads = 0;
    const network = createNetwork({ maxBindings: 30 }, (ports) => ({
      read: async (keys) => {
        await sleep(random((reads += 1)));
        return ports.read(keys);
      },
      pause: (attempt) => sleep(random((reads += 1)) * attempt),
    }));
    const alice = await network.online("alice");
    const phones = [];
    for (let count = 0; count < 20; count += 1) phones.push(await network.online("bob"));
    await alice.request("INVITE", bobAor);
    const invites = await Promise.all(phones.map((phone) => phone.takeRequest("INVITE")));
    await Promise.all(phones.map((phone, at) => phone.answer(invites[at] ?? fail(), 486)));
    expect((await alice.takeFinal("INVITE")).status).toBe(486);
  });

  test("a post that fails for no known reason is 500 for that phone; the other rings on", async () => {
    const network = createNetwork({}, (ports) => ({
      post: (flow, text) => (flow === "broken" ? Promise.resolve("failed") : ports.post(flow, text)),
    }));
    const alice = await network.online("alice");
    await network.online("bob", { flow: "broken" });
    const mobile = await network.online("bob");
    await alice.request("INVITE", bobAor);
    await mobile.answer(await mobile.takeRequest("INVITE"), 486);
    expect((await alice.takeFinal("INVITE")).status).toBe(486);
  });

  test("six dead phones do not keep the seventh waiting", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    for (const flow of ["1", "2", "3", "4", "5", "6"]) {
      const dead = network.phone("bob", { flow });
      const lines = [`Contact: <${dead.contact}>;q=0.9`];
      await dead.ask("REGISTER", `sip:${DOMAIN}`, { to: bobAor, lines });
      network.cut(flow);
    }
    const alive = network.phone("bob");
    await alive.ask("REGISTER", `sip:${DOMAIN}`, { to: bobAor, lines: [`Contact: <${alive.contact}>;q=0.1`] });
    await alice.request("INVITE", bobAor);
    await alive.takeRequest("INVITE");
  });

  test("two devices that answer at the same moment both count", async () => {
    const { alice, desk, mobile } = await aFork();
    const [first, second] = [await desk.takeRequest("INVITE"), await mobile.takeRequest("INVITE")];
    await Promise.all([desk.answer(first, 486), mobile.answer(second, 404)]);
    expect(alice.inbox.titles().slice(-2)).toEqual(["100 INVITE", "404 INVITE"]);
  });
});
