import { describe, expect, test } from "@jest/globals";
import { header } from "../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";
import { establish } from "../../support/phone/call.ts";

const bobAor = `sip:bob@${DOMAIN}`;
const gruu = ["Supported: gruu"];

function gruusIn(contact = ""): { readonly public: string; readonly temporary: string } {
  const value = (name: string) => new RegExp(`;${name}="([^"]+)"`).exec(contact)?.[1] ?? "";
  return { public: value("pub-gruu"), temporary: value("temp-gruu") };
}

describe("RFC 5627", () => {
  test("§5.2: a device that asks is given a public and a temporary GRUU of our domain", async () => {
    const bob = createNetwork().phone("bob");
    const given = gruusIn(header(await bob.register(600, { lines: gruu }), "contact"));
    expect(given.public).toBe(`${bobAor};gr=${bob.instance}`);
    expect(given.temporary).toMatch(new RegExp(`^sip:tgruu\\.[\\w-]+@${DOMAIN};gr$`));
    expect(given.temporary).not.toContain("bob");
  });

  test("§5.2: a device that does not ask, or has no instance, is given none", async () => {
    const network = createNetwork();
    expect(gruusIn(header(await network.phone("bob").register(), "contact")).public).toBe("");
    const bare = network.phone("carol", { instance: null });
    expect(gruusIn(header(await bare.register(600, { lines: gruu }), "contact")).public).toBe("");
  });

  test("§3.1.2: every registration brings a new temporary GRUU", async () => {
    const bob = createNetwork().phone("bob");
    const first = gruusIn(header(await bob.register(600, { lines: gruu }), "contact"));
    const second = gruusIn(header(await bob.register(600, { lines: gruu }), "contact"));
    expect(second.temporary).not.toBe(first.temporary);
  });

  test.each(["public", "temporary"] as const)(
    "§6.1: a request to the %s GRUU reaches that device alone, at its contact",
    async (kind) => {
      const network = createNetwork();
      const alice = await network.online("alice");
      const [bob, other] = [network.phone("bob"), await network.online("bob")];
      const given = gruusIn(
        (await bob.register(600, { lines: gruu, callId: "same" })).fields
          .map((field) => field.source.slice(field.start, field.end))
          .find((line) => line.includes(bob.contact)),
      );
      await alice.request("INVITE", given[kind]);
      expect((await bob.takeRequest("INVITE")).uri).toBe(bob.contact);
      expect(other.inbox.titles()).not.toContain("INVITE");
    },
  );

  test("§6.1: a GRUU of a device that is not registered is 480, a temporary one that was never made 404", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob");
    expect((await alice.ask("INVITE", `${bobAor};gr=urn:uuid:nobody`)).status).toBe(480);
    expect(
      (await alice.ask("INVITE", `sip:tgruu.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA@${DOMAIN};gr`)).status,
    ).toBe(404);
    expect((await alice.ask("INVITE", `sip:tgruu.short@${DOMAIN};gr`)).status).toBe(404);
  });

  test("§6.1: an escaped instance is the same instance", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", `${bobAor};gr=${(bob.instance ?? "").replaceAll(":", "%3A")}`);
    await bob.takeRequest("INVITE");
  });

  /** An anonymous caller, as JsSIP is one: its Contact is a temporary GRUU. */
  async function anonymousCall() {
    const network = createNetwork();
    const alice = network.phone("alice", { flow: "alice-1" });
    const given = gruusIn(header(await alice.register(600, { lines: gruu }), "contact"));
    const bob = await network.online("bob");
    const call = await establish(alice, bob);
    return { network, alice, bob, callee: { ...call.callee, remoteTarget: given.temporary } };
  }

  test("§6.1: within a dialog, too, a temporary GRUU becomes the contact, which is the only address that its phone knows", async () => {
    const { alice, bob, callee } = await anonymousCall();
    await bob.inDialog("BYE", callee);
    const bye = await alice.takeRequest("BYE");
    expect(bye.uri).toBe(alice.contact);
    await alice.answer(bye, 200);
    await bob.takeResponse(200, "BYE");
  });

  test("§6.1: so it does after a refresh, and on the flow the phone has then", async () => {
    const { network, alice, bob, callee } = await anonymousCall();
    network.cut("alice-1");
    const back = network.phone("alice", { instance: alice.instance });
    await back.register(600, { lines: gruu });
    await bob.inDialog("BYE", callee);
    expect((await back.takeRequest("BYE")).uri).toBe(back.contact);
  });

  test("§6.1: a temporary GRUU of another user does not reveal its contact", async () => {
    const { network, alice, bob, callee } = await anonymousCall();
    const carol = network.phone("carol");
    const foreign = gruusIn(header(await carol.register(600, { lines: gruu }), "contact"));
    await bob.inDialog("INFO", { ...callee, remoteTarget: foreign.temporary });
    expect((await alice.takeRequest("INFO")).uri).toBe(foreign.temporary);
  });

  test("§3.1.2: a temporary GRUU ends with the registration it was given in", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const bob = network.phone("bob");
    const given = gruusIn(header(await bob.register(600, { lines: gruu, callId: "first" }), "contact"));
    await bob.register(600, { lines: gruu, callId: "second" });
    expect((await alice.ask("INVITE", given.temporary)).status).toBe(480);
  });
});
