import { describe, expect, test } from "@jest/globals";
import { createNetwork, DOMAIN, type Network } from "../../support/phone/network.ts";

const boundOf = (network: Network) =>
  (network.state.rows.registrations.get(`sip:alice@${DOMAIN}`)?.bindings ?? [])
    .filter(({ expiresAt }) => expiresAt > network.now())
    .map(({ flow }) => flow);

describe("RFC 3261 §10.3 step 7: one device more than an AOR may have", () => {
  test("is refused with 403 by default", async () => {
    const network = createNetwork({ maxBindings: 2 });
    for (const flow of ["one", "two"]) await network.online("alice", { flow });
    expect((await network.phone("alice", { flow: "three" }).register()).status).toBe(403);
    expect(boundOf(network)).toEqual(["one", "two"]);
  });

  test("with whenFull replace-oldest replaces the device that was refreshed least recently", async () => {
    const network = createNetwork({ maxBindings: 2, whenFull: "replace-oldest" });
    const first = network.phone("alice", { flow: "one" });
    await first.online();
    await network.pass(10);
    await network.online("alice", { flow: "two" });
    await network.pass(10);
    await first.online();
    await network.pass(10);
    await network.online("alice", { flow: "three" });
    expect(boundOf(network)).toEqual(["one", "three"]);
  });

  test("with whenFull replace-oldest a refresh or a removal replaces no other device", async () => {
    const network = createNetwork({ maxBindings: 2, whenFull: "replace-oldest" });
    const [one, two] = [network.phone("alice", { flow: "one" }), network.phone("alice", { flow: "two" })];
    await one.online();
    await two.online();
    await one.online();
    expect(boundOf(network).toSorted()).toEqual(["one", "two"]);
    await one.register(0);
    expect(boundOf(network)).toEqual(["two"]);
  });

  test("with whenFull replace-oldest one REGISTER with more contacts than fit is refused and replaces none", async () => {
    const network = createNetwork({ maxBindings: 2, whenFull: "replace-oldest" });
    const alice = network.phone("alice", { flow: "one" });
    await alice.online();
    const contacts = [1, 2, 3].map((n) => `<sip:${n}@x.invalid>`).join(", ");
    expect(
      (await alice.ask("REGISTER", `sip:${DOMAIN}`, { to: alice.aor, lines: [`Contact: ${contacts}`] })).status,
    ).toBe(403);
    expect(boundOf(network)).toEqual(["one"]);
  });
});
