import { describe, expect, test } from "@jest/globals";
import { header, headers } from "../../../lib/sip/syntax/message.ts";
import { decodeFields } from "../../parts/syntax/decoders.ts";
import { field } from "../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const INSTANCE = '+sip.instance="<urn:uuid:0f0e0d0c-0000-4000-8000-000000000001>"';

describe("RFC 3261 §20.10, §25.1: without angle brackets, the parameters after the first semicolon belong to the header, and a quoted value may contain `<` and `>`", () => {
  test.each([
    ["an instance", [`sip:b1@x.invalid;${INSTANCE};reg-id=1`], ["<sip:b1@x.invalid>"]],
    ["any other parameter", ['sip:b1@x.invalid;description="<desk phone>"'], ["<sip:b1@x.invalid>"]],
    [
      "two contacts in one line",
      [`sip:b1@x.invalid;description="<a>, <b>", sip:b2@x.invalid;description="c < d"`],
      ["<sip:b1@x.invalid>", "<sip:b2@x.invalid>"],
    ],
    [
      "one contact with and one without brackets",
      [`"Desk <1>" <sip:b1@x.invalid>;description="<a>", sip:b2@x.invalid;description="<b>"`],
      ["<sip:b1@x.invalid>", "<sip:b2@x.invalid>"],
    ],
  ])("Contact of a REGISTER: %s", async (_what, contacts, bound) => {
    const alice = createNetwork().phone("alice");
    const registered = await alice.ask("REGISTER", `sip:${DOMAIN}`, {
      to: alice.aor,
      lines: contacts.map((contact) => `Contact: ${contact}`),
    });
    expect(registered.status).toBe(200);
    const shown = headers(registered, "contact").map((contact) => contact.slice(0, contact.indexOf(">") + 1));
    expect(shown).toEqual(bound);
  });

  test.each([
    ["From", `From: sip:alice@${DOMAIN};tag=a;epid="<12:34>"`],
    ["From with the quoted parameter first", `From: sip:alice@${DOMAIN};epid="<12;tag=34>";tag=a`],
  ])("%s of a MESSAGE", async (_what, from) => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { text } = alice.write("MESSAGE", bob.aor);
    await alice.send(text.replace(/From: [^\r]*/, from));
    const received = await bob.takeRequest("MESSAGE");
    expect(`From: ${header(received, "from")}`).toBe(from);
  });

  test.each(["To", "Refer-To", "Reply-To", "P-Asserted-Identity"] as const)("%s", (name) => {
    const decoded = decodeFields(name, [field(name, 'sip:a@b;x="<1>"')]);
    expect(decoded.ok).toBe(true);
  });

  test.each(["Route", "Record-Route", "Path", "Service-Route"] as const)(
    "%s needs brackets, and brackets in a quoted parameter do not count",
    (name) => {
      expect(decodeFields(name, [field(name, 'sip:a@b;x="<1>"')]).ok).toBe(false);
      expect(decodeFields(name, [field(name, '<sip:a@b>;x="<1>"')]).ok).toBe(true);
    },
  );
});

describe("RFC 3261 §8.2.6.2: a response repeats a To that has a tag unchanged, and adds one to a To that has none", () => {
  test.each([
    [`<sip:bob@${DOMAIN}>;tag=abc;epid="<12>"`],
    [`<sip:bob@${DOMAIN}>;epid="<12>";tag=abc`],
    [`"a;b <c>" <sip:bob@${DOMAIN}> ; tag = abc`],
    [`sip:bob@${DOMAIN};epid="<12>";tag=abc`],
  ])("To: %s", async (to) => {
    const alice = await createNetwork().online("alice");
    for (const method of ["OPTIONS", "BYE"]) {
      const { text } = alice.write(method, `sip:bob@${DOMAIN}`);
      await alice.send(text.replace(/To: [^\r]*/, `To: ${to}`));
      expect(header(await alice.takeFinal(method), "to")).toBe(to);
    }
  });

  test.each([
    [`<sip:nobody-here@${DOMAIN}>;x=";tag=1"`],
    [`";tag=1" <sip:nobody-here@${DOMAIN}>`],
    [`sip:nobody-here@${DOMAIN};x="<a>;tag=1"`],
    [`<sip:nobody-here@${DOMAIN};tag=1>`],
  ])("To: %s", async (to) => {
    const alice = await createNetwork().online("alice");
    const { text } = alice.write("MESSAGE", `sip:nobody-here@${DOMAIN}`);
    await alice.send(text.replace(/To: [^\r]*/, `To: ${to}`));
    const answered = header(await alice.takeFinal("MESSAGE"), "to") ?? "";
    expect(answered.slice(0, to.length)).toBe(to);
    expect(answered.slice(to.length)).toMatch(/^;tag=[\w-]+$/);
  });
});
