import { expect, test } from "@jest/globals";
import { endNow, type OpenCall, openCallIn } from "../../../lib/operations/live-calls.ts";
import { callAndHangUp, establish } from "../../support/phone/call.ts";
import { createNetwork, type Network } from "../../support/phone/network.ts";

function openCalls({ state, now }: Network): readonly OpenCall[] {
  return [...state.rows.contexts.values()].map((row) => openCallIn(row, now())).filter((call) => call !== undefined);
}

async function pair() {
  const network = createNetwork();
  const alice = await network.online("alice", { flow: "A" });
  return { network, alice, bob: await network.online("bob", { flow: "B" }) };
}

test("a call that rings has the connections of all phones that ring, and no answer", async () => {
  const { network, alice, bob } = await pair();
  const other = await network.online("bob", { flow: "B2" });
  const { callId } = await alice.request("INVITE", bob.aor);
  await network.pass(3);
  await other.answer(await other.takeRequest("INVITE"), 180);
  const [call] = openCalls(network);
  expect(call).toMatchObject({ callId, state: "ringing", ringingAt: network.now() * 1000 });
  expect(call?.startedAt).toBe((network.now() - 3) * 1000);
  expect(call?.answeredAt).toBeUndefined();
  expect(call?.callee).toMatchObject({ address: bob.aor, connections: ["B", "B2"] });
});

test("a call that was answered has the connections of its two ends, until it ends", async () => {
  const { network, alice, bob } = await pair();
  await callAndHangUp(alice, bob);
  expect(openCalls(network)).toEqual([]);
  await establish(alice, bob);
  expect(openCalls(network)).toMatchObject([
    {
      state: "answered",
      caller: { address: alice.aor, connections: ["A"] },
      callee: { address: bob.aor, connections: ["B"] },
    },
  ]);
});

test("texts and refused calls are not open calls", async () => {
  const { network, alice, bob } = await pair();
  const other = await network.online("bob");
  await alice.request("MESSAGE", bob.aor);
  expect(openCalls(network)).toEqual([]);
  await alice.request("INVITE", bob.aor);
  for (const phone of [bob, other]) await phone.answer(await phone.takeRequest("INVITE"), 486);
  expect(openCalls(network)).toEqual([]);
  const invite = [...network.state.rows.contexts.values()].find(({ request }) => request.startsWith("INVITE "));
  expect(invite?.state).toBe("completed");
});

test("the row of a call whose time is over counts as absent", async () => {
  const { network, alice, bob } = await pair();
  await establish(alice, bob);
  const [row] = network.state.rows.contexts.values();
  if (row === undefined) throw new TypeError("a row");
  expect(openCallIn(row, row.expiresAt - 1)).toBeDefined();
  expect(openCallIn(row, row.expiresAt)).toBeUndefined();
});

test("a phone that is back on another connection is an end there; without a phone the end is away", async () => {
  const { network, alice, bob } = await pair();
  await establish(alice, bob);
  await bob.close();
  const now = network.now();
  const callee = () => {
    const { flows, registrations } = network.state.rows;
    const [call] = openCalls(network);
    return call && endNow(call.callee, [...flows.values()], [...registrations.values()], now);
  };
  expect(callee()).toMatchObject({ address: bob.aor, isAway: true });
  await network.online("bob", { flow: "B2", instance: bob.instance ?? null });
  expect(callee()).toMatchObject({ connections: ["B2"] });
  expect(callee()?.isAway).toBeUndefined();
});
