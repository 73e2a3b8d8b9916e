import { describe, expect, test } from "@jest/globals";
import { header } from "../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN } from "../phone/network.ts";

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
    "§5.1: a request to the %s GRUU reaches that device alone, at its contact",
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

  test("§5.1: a GRUU of a device that is not there is 480, a temporary one we never made 404", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob");
    expect((await alice.ask("INVITE", `${bobAor};gr=urn:uuid:nobody`)).status).toBe(480);
    expect(
      (await alice.ask("INVITE", `sip:tgruu.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA@${DOMAIN};gr`)).status,
    ).toBe(404);
    expect((await alice.ask("INVITE", `sip:tgruu.short@${DOMAIN};gr`)).status).toBe(404);
  });

  test("§5.1: an escaped instance is the same instance", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", `${bobAor};gr=${(bob.instance ?? "").replaceAll(":", "%3A")}`);
    await bob.takeRequest("INVITE");
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
