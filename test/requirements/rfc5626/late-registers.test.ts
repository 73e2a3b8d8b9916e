// A REGISTER that is decided, or decided again, after its connection has closed (RFC 5626 §5.3).
import { describe, expect, test } from "@jest/globals";
import type { Ports } from "../../../lib/signaling/ports.ts";
import { type Change, inSteps } from "../../../lib/sip/state/change.ts";
import type { Snapshot } from "../../../lib/sip/state/snapshot.ts";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN, type Network } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";
import { subscribe } from "../../support/phone/watcher.ts";

const GRACE = 90;

type Commit = Ports["commit"];

/** A network whose next commit with a change of this kind is made by `how`. */
function aNetwork() {
  let next: { readonly kind: Change["kind"]; how(changes: readonly Change[], commit: Commit): ReturnType<Commit> }[] =
    [];
  const network = createNetwork({ calls: "tracked", lostCallSeconds: GRACE }, ({ commit }) => ({
    commit(changes) {
      const bent = next.find(({ kind }) => changes.some((change) => change.kind === kind));
      next = next.filter((one) => one !== bent);
      return bent === undefined ? commit(changes) : bent.how(changes, commit);
    },
  }));
  const bend = (kind: Change["kind"], how: (changes: readonly Change[], commit: Commit) => ReturnType<Commit>) =>
    void next.push({ kind, how });
  return { network, bend };
}

/** Stores the changes of each step, and something happens before that of the registration. */
async function before(what: () => Promise<unknown>, changes: readonly Change[], commit: Commit) {
  for (const step of inSteps(changes)) {
    if (step.some(({ kind }) => kind === "registration")) await what();
    if ((await commit(step)) === "conflict") return "conflict";
  }
  return "committed";
}

function flowsOf(network: Network, aor: string): readonly string[] | undefined {
  return network.state.rows.registrations.get(aor)?.bindings.map(({ flow }) => flow);
}

/** The phone registers; `bends` is called before the REGISTER with its credentials. */
async function login(phone: Phone, bends: () => void): Promise<number> {
  const lines = [`Contact: <${phone.contact}>;+sip.instance="<${phone.instance}>"`];
  const sent = await phone.request("REGISTER", `sip:${DOMAIN}`, { to: phone.aor, callId: "r", lines });
  const proof = phone.credentials(await phone.takeResponse(401, "REGISTER"), sent);
  bends();
  const again = { to: phone.aor, callId: "r", lines: [...lines, proof] };
  await phone.request("REGISTER", `sip:${DOMAIN}`, again);
  return (await phone.takeFinal("REGISTER")).status;
}

describe("A REGISTER whose connection closes while it is decided makes no binding:", () => {
  test("after a conflict on the registration, when its record of the connection was stored", async () => {
    const { network, bend } = aNetwork();
    const bob = network.phone("bob", { flow: "bob-1" });
    const closes = (changes: readonly Change[], commit: Commit) =>
      before(
        async () => {
          await network.online("bob", { flow: "bob-2" });
          await network.signaling.flowClosed("bob-1");
        },
        changes,
        commit,
      );
    expect(await login(bob, () => bend("flow", closes))).toBe(430);
    expect(flowsOf(network, bob.aor)).toEqual(["bob-2"]);
    expect(network.notes.map(({ fields }) => fields["reason"])).toContain("register-after-close");
  });

  test("without another conflict, between its two writes", async () => {
    const { network, bend } = aNetwork();
    const bob = network.phone("bob", { flow: "bob-1" });
    const closes = (changes: readonly Change[], commit: Commit) =>
      before(() => network.signaling.flowClosed("bob-1"), changes, commit);
    expect(await login(bob, () => bend("flow", closes))).toBe(430);
    expect(flowsOf(network, bob.aor)).toEqual([]);
  });

  test("a refresh that finds its binding gone", async () => {
    const { network, bend } = aNetwork();
    const bob = await network.online("bob", { flow: "bob-1" });
    bend("registration", (changes, commit) => before(() => network.signaling.flowClosed("bob-1"), changes, commit));
    expect((await bob.register()).status).toBe(430);
    expect(flowsOf(network, bob.aor)).toEqual([]);
  });

  test("a refresh that reads the record before the connection closes and the registration after that", async () => {
    let earlier: Partial<Snapshot> = {};
    const network = createNetwork({}, ({ read }) => ({
      async read(keys) {
        const snapshot = { ...(await read(keys)), ...earlier };
        earlier = {};
        return snapshot;
      },
    }));
    const bob = await network.online("bob", { flow: "bob-1" });
    const flows = [...network.state.rows.flows.values()];
    await network.signaling.flowClosed("bob-1");
    earlier = { flows };
    expect((await bob.register()).status).toBe(430);
    expect(flowsOf(network, bob.aor)).toEqual([]);
  });

  test("a refresh that comes between the writes of the closing connection", async () => {
    const { network, bend } = aNetwork();
    const bob = await network.online("bob", { flow: "bob-1" });
    await network.pass(60);
    let status = 0;
    bend("flow gone", async (changes, commit) => {
      for (const step of inSteps(changes)) {
        if ((await commit(step)) === "conflict") return "conflict";
        if (status === 0) ({ status } = await bob.register());
      }
      return "committed";
    });
    await network.signaling.flowClosed("bob-1");
    expect([status, flowsOf(network, bob.aor)]).toEqual([430, []]);
  });
});

test("a client that is there after all is disconnected, so that it connects again", async () => {
  const closed: string[] = [];
  const network = createNetwork({}, ({ close }) => ({
    close: (flow) => {
      closed.push(flow);
      return close(flow);
    },
  }));
  const bob = await network.online("bob", { flow: "bob-1" });
  await network.signaling.flowClosed("bob-1");
  expect([(await bob.register()).status, closed]).toEqual([430, ["bob-1"]]);
});

describe("The call of a device that has lost its connection", () => {
  const byes = ({ inbox }: Phone): number => inbox.titles().filter((title) => title === "BYE").length;

  async function aCall() {
    const { network, bend } = aNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob", { flow: "bob-1" })];
    await establish(alice, bob);
    return { network, bend, alice, bob };
  }

  test("does not go on with a REGISTER whose own connection has closed", async () => {
    const { network, bend, alice, bob } = await aCall();
    await bob.close();
    const back = network.phone("bob", { instance: bob.instance, contact: bob.contact, flow: "bob-2" });
    const closes = (changes: readonly Change[], commit: Commit) =>
      before(() => network.signaling.flowClosed("bob-2"), changes, commit);
    expect(await login(back, () => bend("flow", closes))).toBe(430);
    await network.pass(GRACE);
    expect(byes(alice)).toBeGreaterThan(0);
  });

  test("does not go on with one whose connection closed before its record was stored", async () => {
    const { network, bend, alice, bob } = await aCall();
    await bob.close();
    const back = network.phone("bob", { instance: bob.instance, contact: bob.contact, flow: "bob-2" });
    const closes = async (changes: readonly Change[], commit: Commit) => {
      await back.close();
      return commit(changes);
    };
    await login(back, () => bend("flow", closes)).catch(() => undefined);
    expect(flowsOf(network, bob.aor)).toEqual([]);
    await network.pass(2 * GRACE);
    expect(byes(alice)).toBeGreaterThan(0);
  });

  test("waits for it also when a timer looks between the writes of the closing connection", async () => {
    const { network, bend, alice, bob } = await aCall();
    await alice.close();
    await network.pass(10);
    const back = await network.online("alice", { instance: alice.instance, contact: alice.contact });
    await network.pass(GRACE - 11);
    bend("flow gone", (changes, commit) => before(() => network.pass(1), changes, commit));
    await bob.close();
    await network.pass(GRACE - 2);
    await network.online("bob", { instance: bob.instance, contact: bob.contact });
    await network.pass(2 * GRACE);
    expect(byes(back)).toBe(0);
  });

  test("waits for it also when the process that found its connection gone has ended", async () => {
    const { network, bend, alice, bob } = await aCall();
    const ends = (changes: readonly Change[], commit: Commit) =>
      before(() => Promise.reject(new Error("the process has ended")), changes, commit);
    bend("flow gone", ends);
    await expect(network.signaling.flowClosed("bob-1")).rejects.toThrow("the process has ended");
    await network.signaling.flowClosed("bob-1");
    expect(flowsOf(network, bob.aor)).toEqual([]);
    await network.pass(GRACE - 1);
    const back = await network.online("bob", { instance: bob.instance, contact: bob.contact, flow: "bob-2" });
    await network.pass(2 * GRACE);
    expect([byes(alice), byes(back)]).toEqual([0, 0]);
  });
});

test("a binding that stays because the process that closed its connection ended keeps no watcher of calls away", async () => {
  const { network, bend } = aNetwork();
  const alice = await network.online("alice");
  const bob = await network.online("bob", { flow: "bob-1" });
  bend("flow gone", async (changes, commit) => {
    await commit(changes.filter(({ kind }) => kind === "flow gone"));
    throw new Error("the process ends");
  });
  network.cut("bob-1");
  await expect(network.signaling.flowClosed("bob-1")).rejects.toThrow("the process ends");
  expect(flowsOf(network, bob.aor)).toEqual(["bob-1"]);
  const { ok } = await subscribe(alice, bob.aor, { event: "dialog" });
  expect(ok.status).toBe(200);
});
