import { describe, expect, test } from "@jest/globals";
import { header, headers } from "../../../lib/sip/syntax/message.ts";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const bobAor = `sip:bob@${DOMAIN}`;

describe("RFC 3325: the asserted identity of a caller", () => {
  test.each(["INVITE", "MESSAGE"])("§6: a %s carries the authenticated identity of its sender", async (method) => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request(method, bobAor, { from: "sip:anonymous@anonymous.invalid" });
    expect(header(await bob.takeRequest(method), "p-asserted-identity")).toBe(`<${alice.aor}>`);
  });

  test("§5: identities that a phone asserts or prefers are removed", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const lines = [`P-Asserted-Identity: <sip:carol@${DOMAIN}>`, `P-Preferred-Identity: <sip:carol@${DOMAIN}>`];
    await alice.request("INVITE", bobAor, { lines });
    const invite = await bob.takeRequest("INVITE");
    expect(headers(invite, "p-asserted-identity")).toEqual([`<${alice.aor}>`]);
    expect(headers(invite, "p-preferred-identity")).toEqual([]);
  });

  test("a Remote-Party-ID of a phone does not pass either; gateways trusted it before and some still do", async () => {
    const network = createNetwork({ peers: { "pstn.example": `sip:carol@${DOMAIN}` } });
    const [alice, gateway] = [await network.online("alice"), await network.online("carol")];
    const lines = ["Remote-Party-ID: <sip:+49110@pstn.example>;party=calling;screen=yes"];
    await alice.request("INVITE", "sip:+4930123@pstn.example", { lines });
    const invite = await gateway.takeRequest("INVITE");
    expect([headers(invite, "remote-party-id"), headers(invite, "p-asserted-identity")]).toEqual([
      [],
      [`<${alice.aor}>`],
    ]);
  });

  test.each(["bob", "anonymous%20bob", ""])(
    "RFC 3323 §4.1.1.3: a withheld name is written as anonymous, and not as '%s'",
    async (user) => {
      const network = createNetwork();
      const [alice, bob] = [await network.online("alice"), await network.online("bob")];
      const from = `sip:${user === "" ? "" : `${user}@`}anonymous.invalid`;
      expect((await alice.ask("INVITE", bobAor, { from })).status).toBe(403);
      expect(bob.inbox.titles()).not.toContain("INVITE");
    },
  );

  test("§5: nor within a dialog, nor in a response", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const lines = [`P-Asserted-Identity: <sip:carol@${DOMAIN}>`];
    const { caller } = await establish(alice, bob);
    await alice.inDialog("INFO", caller, { lines });
    const info = await bob.takeRequest("INFO");
    await bob.answer(info, 200, { lines });
    const ok = await alice.takeFinal("INFO");
    expect([header(info, "p-asserted-identity"), header(ok, "p-asserted-identity")]).toEqual([undefined, undefined]);
  });

  test("§7, RFC 3323: Privacy: id withholds it", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const lines = ["Privacy: id;critical", `P-Preferred-Identity: <${alice.aor}>`];
    await alice.request("INVITE", bobAor, { lines, from: "sip:anonymous@anonymous.invalid" });
    const invite = await bob.takeRequest("INVITE");
    expect([header(invite, "p-asserted-identity"), header(invite, "p-preferred-identity")]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test.each([
    ["P-Asserted-Identity: <sip:alice@example.com>"],
    ['P-Asserted-Identity: <tel:+4930123>, "Boss" <sips:alice@EXAMPLE.com:5061;user=phone>'],
    ["Remote-Party-ID: <sip:alice@example.com>;party=calling"],
    ["P-Asserted-Identity: <sip:alice@example.com;maddr=192.0.2.1>"],
    ["P-Asserted-Identity: <sip:alice@example.com.>"],
    ["P-Asserted-Identity: <sip:alice@example.com"],
  ])("and not for ours: %s", async (line) => {
    const network = createNetwork({ peers: { "pstn.example": `sip:carol@${DOMAIN}` } });
    const [gateway, bob] = [await network.online("carol"), await network.online("bob")];
    await gateway.request("INVITE", bobAor, { from: "sip:+4930123@pstn.example", lines: [line] });
    const invite = await bob.takeRequest("INVITE");
    expect([headers(invite, "p-asserted-identity"), headers(invite, "remote-party-id")]).toEqual([
      [`<sip:carol@${DOMAIN}>`],
      [],
    ]);
  });

  test("a peer's word counts for its domains", async () => {
    const network = createNetwork({ peers: { "pstn.example": `sip:carol@${DOMAIN}` } });
    const [gateway, bob] = [await network.online("carol"), await network.online("bob")];
    const lines = ["P-Asserted-Identity: <sip:+4930123@pstn.example>"];
    await gateway.request("INVITE", bobAor, { from: "sip:+4930123@pstn.example", lines });
    expect(header(await bob.takeRequest("INVITE"), "p-asserted-identity")).toBe("<sip:+4930123@pstn.example>");
  });
});
