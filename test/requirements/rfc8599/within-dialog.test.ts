import { describe, expect, test } from "@jest/globals";
import { header, type SipResponse } from "../../../lib/sip/syntax/message.ts";
import { establish } from "../../support/phone/call.ts";
import { aCounter } from "../../support/phone/counted.ts";
import { createNetwork, type Line, type Network } from "../../support/phone/network.ts";
import type { Phone, PhoneDialog } from "../../support/phone/phone.ts";
import { bobAor, bobOnline, INSTANCE, push, pushUri } from "./sleeping-phone.ts";

function purrIn(ok: SipResponse): string | undefined {
  return /;\+sip\.pnspurr="([\w-]+)"/.exec(header(ok, "feature-caps") ?? "")?.[1];
}

type Giving = (network: Network, bob: Phone) => Promise<string | undefined>;

const other: Line = { instance: INSTANCE.replace(/b$/, "c"), uriParameters: pushUri("https://push.example/s/2") };

/** A call of alice to bob's page, which is closed; it has given this PURR in the Contact of its 2xx. */
async function aCutCall(purrOf: Giving, network = createNetwork({ push })) {
  const alice = await network.online("alice");
  const bob = await bobOnline(network);
  const call = await establish(alice, bob);
  const purr = await purrOf(network, bob);
  await bob.close();
  const remoteTarget = call.caller.remoteTarget + (purr === undefined ? "" : `;pn-purr=${purr}`);
  const dialog: PhoneDialog = { ...call.caller, remoteTarget };
  const comeBack = () => bobOnline(network, { contact: bob.contact });
  return { network, alice, bob, dialog, comeBack };
}

const ownPurr: Giving = async (_network, bob) => purrIn(await bob.register());

describe("RFC 8599 §6.2.1: a REGISTER with a push address", () => {
  test("gets a PURR, another one each time, which names neither the user nor the device", async () => {
    const bob = await bobOnline(createNetwork({ push }));
    const [one, next] = [purrIn(await bob.register()), purrIn(await bob.register())];
    expect(one).toMatch(/^[\w-]{60,120}$/);
    expect(next).not.toBe(one);
    expect(Buffer.from(one ?? "", "base64url").toString("latin1")).not.toMatch(/bob|uuid/);
  });

  test("gets none without an address to push to", async () => {
    const network = createNetwork({ push });
    const asks = network.phone("bob", { instance: INSTANCE, uriParameters: ";pn-provider=webpush" });
    expect(purrIn(await asks.register())).toBeUndefined();
    expect(purrIn(await bobOnline(network).then((bob) => bob.register(0)))).toBeUndefined();
  });
});

describe("RFC 8599 §6.2.3: a request within a dialog for a phone that has no connection", () => {
  test.each(["INFO", "INVITE", "BYE"])("%s is pushed to it once, and comes when it registers", async (method) => {
    const { network, alice, dialog, comeBack } = await aCutCall(ownPurr);
    await alice.inDialog(method, dialog);
    const [sent, ...more] = network.pushes.sent;
    expect(more).toEqual([]);
    expect(sent).toMatchObject({
      why: "request",
      to: { aor: bobAor, instance: INSTANCE },
      address: { prid: "https://push.example/s/1?k=v" },
      ttlSeconds: 28,
    });
    expect(JSON.parse(sent?.notice ?? "")).toMatchObject({
      notification: { title: "alice", body: "is waiting in your call" },
      sip: { event: "request", from: alice.aor, to: bobAor, until: network.now() + 28 },
    });
    const back = await comeBack();
    await back.answer(await back.takeRequest(method), 200);
    expect((await alice.takeFinal(method)).status).toBe(200);
    expect(network.pushes.sent).toHaveLength(1);
  });

  test("is pushed once although storing it met a conflict", async () => {
    let conflicts = 0;
    const network = createNetwork({ push }, ({ commit }) => ({
      async commit(changes) {
        const result = await commit(changes);
        const holds = changes.some((one) => one.kind === "registration" && one.registration.held?.length);
        if (!holds || conflicts > 0) return result;
        conflicts += 1;
        return "conflict";
      },
    }));
    const { alice, dialog } = await aCutCall(ownPurr, network);
    await alice.inDialog("INFO", dialog);
    expect([conflicts, network.pushes.sent.map(({ why }) => why)]).toEqual([1, ["request"]]);
  });

  test.each<[string, Giving]>([
    ["without a PURR", () => Promise.resolve(undefined)],
    ["with a PURR that this server did not make", () => Promise.resolve("a".repeat(90))],
    [
      "with the PURR of another device of the user",
      async (network) => purrIn(await network.phone("bob", other).register()),
    ],
  ])("%s waits and is not pushed", async (_what, purrOf) => {
    const { network, alice, dialog, comeBack } = await aCutCall(purrOf);
    await alice.inDialog("INFO", dialog);
    expect(network.pushes.sent).toEqual([]);
    const back = await comeBack();
    await back.answer(await back.takeRequest("INFO"), 200);
    expect((await alice.takeFinal("INFO")).status).toBe(200);
  });

  test("is not pushed if it is an ACK", async () => {
    const { network, alice, dialog } = await aCutCall(ownPurr);
    await alice.inDialog("ACK", dialog);
    expect(network.pushes.sent).toEqual([]);
  });

  test("is not pushed once its call has ended, when a peer that has kept the PURR could wake the phone again and again", async () => {
    const { network, alice, dialog, comeBack } = await aCutCall(ownPurr);
    await alice.inDialog("BYE", dialog);
    const back = await comeBack();
    await back.answer(await back.takeRequest("BYE"), 200);
    await back.close();
    for (const seconds of [28, 1000]) {
      await network.pass(seconds);
      for (const method of ["INFO", "BYE"]) await alice.inDialog(method, dialog);
    }
    expect(network.pushes.sent).toHaveLength(1);
  });

  test("is pushed in a call that has gone on for an hour", async () => {
    const network = createNetwork({ push });
    const alice = await network.online("alice");
    const bob = await bobOnline(network);
    const { caller } = await establish(alice, bob);
    for (let count = 0; count < 8; count += 1) {
      await network.pass(450);
      await alice.register();
      await bob.register();
    }
    const purr = await ownPurr(network, bob);
    await bob.close();
    await alice.inDialog("INFO", { ...caller, remoteTarget: `${caller.remoteTarget};pn-purr=${purr}` });
    expect(network.pushes.sent).toHaveLength(1);
  });

  test("costs no read more than one without a PURR", async () => {
    const readsOf = async (purrOf: Giving) => {
      const { work, count, reset } = aCounter();
      const { alice, dialog } = await aCutCall(purrOf, createNetwork({ push }, count));
      reset();
      await alice.inDialog("INFO", dialog);
      return work;
    };
    expect(await readsOf(ownPurr)).toEqual(await readsOf(() => Promise.resolve(undefined)));
  });

  test("is answered 430 if the phone does not come, also where the push was not taken", async () => {
    const { network, alice, dialog } = await aCutCall(ownPurr);
    network.pushes.fail("gone");
    await alice.inDialog("INFO", dialog);
    await network.pass(30);
    await alice.takeResponse(430, "INFO");
    expect(network.pushes.sent).toHaveLength(1);
  });
});
