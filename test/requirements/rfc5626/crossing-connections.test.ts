// Connections that close or come back in the middle of a decision.
import { describe, expect, test } from "@jest/globals";
import type { Ports } from "../../../lib/signaling/ports.ts";
import type { RingOnReturn } from "../../../lib/sip/policy/settings.ts";
import type { Change } from "../../../lib/sip/state/change.ts";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN, type Network } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";

const GRACE = 90;

const aTrackedNetwork = (bend: (ports: Ports) => Partial<Ports>): Network =>
  createNetwork({ calls: "tracked", lostCallSeconds: GRACE }, bend);

const isOfAwayCalls = (change: Change): boolean =>
  change.kind === "registration" && (change.registration.away ?? []).length > 0;

const count = ({ inbox }: Phone, wanted: string): number => inbox.titles().filter((title) => title === wanted).length;

/** Alice calls the two phones of Bob and loses her connection while they ring. */
async function aForkWhoseCallerIsAway(network: Network) {
  const alice = await network.online("alice", { flow: "alice-1" });
  const [desk, mobile] = [await network.online("bob"), await network.online("bob")];
  await alice.request("INVITE", desk.aor);
  const received = await desk.takeRequest("INVITE");
  await desk.answer(received, 180);
  await mobile.answer(await mobile.takeRequest("INVITE"), 180);
  await alice.close();
  return { alice, mobile, answer: () => desk.answer(received, 200) };
}

describe("An answer whose caller is away", () => {
  test("cancels the other phones at once, although the caller registers while it is decided", async () => {
    let comesBack = (): Promise<unknown> => Promise.resolve();
    const network = aTrackedNetwork(({ commit }) => ({
      async commit(changes) {
        if (changes.some(isOfAwayCalls)) await comesBack();
        return commit(changes);
      },
    }));
    const { alice, mobile, answer } = await aForkWhoseCallerIsAway(network);
    comesBack = () => {
      comesBack = () => Promise.resolve();
      return network.online("alice", { instance: alice.instance, contact: alice.contact, flow: "alice-2" });
    };
    await answer();
    expect(count(mobile, "CANCEL")).toBe(1);
  });

  test("lets the call wait for the caller once, although its decision is taken again", async () => {
    let conflicts = 3;
    const network = aTrackedNetwork(({ commit }) => ({
      async commit(changes) {
        if (!changes.some(isOfAwayCalls) || (conflicts -= 1) < 0) return commit(changes);
        await commit(changes.filter(isOfAwayCalls));
        return "conflict";
      },
    }));
    const { answer } = await aForkWhoseCallerIsAway(network);
    await answer();
    const ids = [...network.state.rows.contexts.keys()];
    const away = [...network.state.rows.registrations.values()].flatMap((registration) => registration.away ?? []);
    expect(away.map(({ calls }) => calls)).toEqual([ids]);
  });
});

describe("A connection that closes while a timer looks at its call", () => {
  /** The caller was away and is back. The callee's connection closes between the reads of the timer that was set then. */
  async function aCallLookedAtMeanwhile() {
    let closes = (): Promise<unknown> => Promise.resolve();
    const network = aTrackedNetwork(({ read }) => ({
      async read(keys) {
        if (keys.flows?.includes("bob-1") === true && keys.registrations === undefined) await closes();
        return read(keys);
      },
    }));
    const [alice, bob] = [
      await network.online("alice", { flow: "alice-1" }),
      await network.online("bob", { flow: "bob-1" }),
    ];
    await establish(alice, bob);
    await alice.close();
    await network.pass(10);
    const back = await network.online("alice", { instance: alice.instance, contact: alice.contact, flow: "alice-2" });
    await network.pass(GRACE - 11);
    let closedAt = 0;
    closes = () => {
      closes = () => Promise.resolve();
      closedAt = network.now();
      return bob.close();
    };
    await network.pass(1);
    expect(closedAt).toBe(network.now());
    return { network, alice: back, bob };
  }

  test("has the whole time to come back", async () => {
    const { network, alice, bob } = await aCallLookedAtMeanwhile();
    await network.pass(GRACE - 1);
    await network.online("bob", { instance: bob.instance, contact: bob.contact, flow: "bob-2" });
    await network.pass(2 * GRACE);
    expect(count(alice, "BYE")).toBe(0);
  });

  test("ends the call after that time", async () => {
    const { network, alice } = await aCallLookedAtMeanwhile();
    await network.pass(GRACE - 1);
    expect(count(alice, "BYE")).toBe(0);
    await network.pass(1);
    expect(count(alice, "BYE")).toBe(1);
  });
});

describe("A connection that closes while its REGISTER is stored", () => {
  test("has no binding, although a text that waited is sent after the 200", async () => {
    let closes = (): Promise<unknown> => Promise.resolve();
    const network = createNetwork({}, ({ commit }) => ({
      async commit(changes) {
        const flows = changes.filter(({ kind }) => kind === "flow" || kind === "login history");
        if (flows.length === 0) return commit(changes);
        await commit(flows); // the record of the connection is stored before the binding
        await closes();
        return commit(changes.filter((change) => !flows.includes(change)));
      },
    }));
    const alice = await network.online("alice", { flow: "alice-1" });
    const bob = network.phone("bob", { flow: "bob-1" });
    expect((await alice.ask("MESSAGE", bob.aor, { body: "hello" })).status).toBe(202);
    const lines = [`Contact: <${bob.contact}>;+sip.instance="<${bob.instance}>"`];
    const sent = await bob.request("REGISTER", `sip:${DOMAIN}`, { to: bob.aor, callId: "r", lines });
    const proof = bob.credentials(await bob.takeResponse(401, "REGISTER"), sent);
    closes = () => bob.close();
    await bob.request("REGISTER", `sip:${DOMAIN}`, { to: bob.aor, callId: "r", lines: [...lines, proof] });
    const bindings = [...network.state.rows.registrations.values()].flatMap((registration) => registration.bindings);
    expect(bindings.map(({ flow }) => flow)).toEqual(["alice-1"]);
  });
});

describe("A phone that registers while its INVITE fails on its old connection", () => {
  const isMoved = (change: Change): boolean =>
    change.kind === "context" && change.context.branches.some(({ target }) => target.flow === "bob-2");

  /** Alice calls bob-1, whose connection has closed. `back` registers the phone on bob-2. */
  async function aCall(
    ringOnReturn: RingOnReturn,
    bend: (ports: Ports, back: () => Promise<unknown>) => Partial<Ports>,
  ) {
    let phone: Phone | undefined;
    const back = async (): Promise<void> => {
      const { instance, contact } = old;
      phone ??= await network.online("bob", { instance, contact, flow: "bob-2" });
    };
    const network: Network = createNetwork({ ringOnReturn }, (ports) => bend(ports, back));
    const alice = await network.online("alice", { flow: "alice-1" });
    const old = await network.online("bob", { flow: "bob-1" });
    network.cut("bob-1");
    await alice.request("INVITE", old.aor);
    if (phone === undefined) throw new TypeError("the phone has not come back");
    return { alice, bob: phone };
  }

  async function finalStatus({ alice, bob }: Awaited<ReturnType<typeof aCall>>): Promise<number> {
    await bob.answer(await bob.takeRequest("INVITE"), 200);
    return (await alice.takeFinal("INVITE")).status;
  }

  test("is called in the branch that its REGISTER has moved", async () => {
    const call = await aCall("at once", ({ commit }, back) => ({
      async commit(changes) {
        if (changes.some(({ kind }) => kind === "flow gone")) await back();
        return commit(changes);
      },
    }));
    expect(await finalStatus(call)).toBe(200);
  });

  test("gets the INVITE there, although the decision that has moved its branch met a conflict afterwards", async () => {
    let isFirst = true;
    const call = await aCall("with the next look", ({ commit, post }, back) => ({
      async post(flow, text) {
        if (flow === "bob-1") await back();
        return post(flow, text);
      },
      async commit(changes) {
        if (!isFirst || !changes.some(isMoved)) return commit(changes);
        isFirst = false;
        await commit(changes);
        return "conflict";
      },
    }));
    expect(await finalStatus(call)).toBe(200);
  });
});
