import { describe, expect, test } from "@jest/globals";
import { header, headers, valueOf } from "../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

describe("RFC 3261 §10.3", () => {
  test("step 1: a REGISTER for a foreign domain is refused, nothing is relayed", async () => {
    const phone = createNetwork().phone("alice");
    expect((await phone.ask("REGISTER", "sip:elsewhere.example", { to: phone.aor })).status).toBe(403);
  });

  test("step 2: an extension in Require that is not understood is 420 with Unsupported", async () => {
    const phone = createNetwork().phone("alice");
    const refused = await phone.register(600, { lines: ["Require: teleport, gruu"] });
    expect([refused.status, header(refused, "unsupported")]).toEqual([420, "teleport"]);
  });

  test("step 3: without credentials 401 with the best challenge first and MD5 last, which is the one that JsSIP and SIP.js keep", async () => {
    const phone = createNetwork().phone("alice");
    await phone.request("REGISTER", `sip:${DOMAIN}`, { to: phone.aor });
    const challenged = await phone.takeFinal("REGISTER");
    expect(challenged.status).toBe(401);
    const offers = headers(challenged, "www-authenticate");
    expect(offers.map((offer) => /algorithm=([^,]+)/.exec(offer)?.[1])).toEqual(["SHA-256", "MD5"]);
    expect(offers.every((offer) => offer.includes('qop="auth"') && offer.includes(`realm="${DOMAIN}"`))).toBe(true);
  });

  test("step 3: an algorithm list without MD5 offers none, and SHA-256 credentials are good", async () => {
    const phone = createNetwork({ digestAlgorithms: ["SHA-256"] }).phone("alice");
    expect((await phone.register()).status).toBe(200);
  });

  test.each([
    ["a wrong password", { password: "guess" }, "alice"],
    ["an unknown user", {}, "mallory"],
  ])("step 3: %s is challenged again, with the same response for all", async (_what, options, user) => {
    const phone = createNetwork().phone(user, options);
    const refused = await phone.register();
    expect(refused.status).toBe(401);
    expect(headers(refused, "www-authenticate")).toHaveLength(2);
    expect(headers(refused, "www-authenticate").join().includes("stale")).toBe(false);
  });

  test("step 3: a nonce of another flow is not accepted", async () => {
    const network = createNetwork();
    const [alice, thief] = [network.phone("alice"), network.phone("alice")];
    const sent = await alice.request("REGISTER", `sip:${DOMAIN}`, { to: alice.aor });
    const stolen = alice.credentials(await alice.takeFinal("REGISTER"), sent);
    await thief.request("REGISTER", `sip:${DOMAIN}`, { to: thief.aor, lines: [stolen] });
    expect((await thief.takeFinal("REGISTER")).status).toBe(401);
  });

  test("step 3: credentials with an old nonce are challenged as stale", async () => {
    const network = createNetwork();
    const phone = network.phone("alice");
    const sent = await phone.request("REGISTER", `sip:${DOMAIN}`, { to: phone.aor });
    const line = phone.credentials(await phone.takeFinal("REGISTER"), sent);
    await network.pass(301);
    await phone.request("REGISTER", `sip:${DOMAIN}`, { to: phone.aor, lines: [line] });
    const challenged = await phone.takeFinal("REGISTER");
    expect([challenged.status, header(challenged, "www-authenticate")]).toEqual([
      401,
      expect.stringContaining("stale=true"),
    ]);
  });

  test("step 3: once a flow has authenticated, its refresh is not challenged", async () => {
    const phone = await createNetwork().online("alice");
    await phone.register();
    expect(phone.inbox.titles()).toEqual(["401 REGISTER", "200 REGISTER", "200 REGISTER"]);
  });

  test("step 4: a REGISTER for another user's address is refused", async () => {
    const phone = await createNetwork().online("alice");
    expect((await phone.register(600, { to: `sip:bob@${DOMAIN}` })).status).toBe(403);
  });

  test.each([[`sip:bob@${DOMAIN}`], ["sip:alice@elsewhere.example"], ["tel:+123"]])(
    "step 4: a third-party registration is refused: From %s is 403",
    async (from) => {
      const phone = await createNetwork().online("alice");
      expect((await phone.register(600, { from })).status).toBe(403);
    },
  );

  test("step 5: a To of a foreign domain is 404, and one that is not a SIP URI 400", async () => {
    const phone = createNetwork().phone("alice");
    expect((await phone.register(600, { to: "sip:alice@elsewhere.example" })).status).toBe(404);
    expect((await phone.register(600, { to: "tel:+123" })).status).toBe(400);
  });

  test.each([
    ["with an expiry that is not zero", ["Contact: *", "Expires: 60"]],
    ["without an expiry", ["Contact: *"]],
    ["beside another contact", ["Contact: *, <sip:a@b.invalid>", "Expires: 0"]],
  ])("step 6: Contact * %s is 400", async (_what, lines) => {
    const phone = await createNetwork().online("alice");
    expect((await phone.ask("REGISTER", `sip:${DOMAIN}`, { to: phone.aor, lines })).status).toBe(400);
  });

  test("step 6: Contact * with Expires 0 removes every binding", async () => {
    const network = createNetwork();
    await network.online("alice");
    const phone = await network.online("alice");
    const lines = ["Contact: *", "Expires: 0"];
    const ok = await phone.ask("REGISTER", `sip:${DOMAIN}`, { to: phone.aor, lines });
    expect([ok.status, headers(ok, "contact")]).toEqual([200, []]);
  });

  test("step 7: an expiry above the policy is shortened, one below the minimum is 423 with Min-Expires", async () => {
    const phone = await createNetwork().online("alice");
    expect(header(await phone.register(3600), "contact")).toContain(";expires=540");
    const brief = await phone.register(10);
    expect([brief.status, header(brief, "min-expires")]).toEqual([423, "60"]);
  });

  test("step 7: an expiry of zero removes that binding only", async () => {
    const network = createNetwork();
    const [desk, mobile] = [await network.online("alice"), await network.online("alice")];
    const left = headers(await mobile.register(0), "contact");
    expect(left).toHaveLength(1);
    expect(left[0]).toContain(desk.contact);
  });

  test("step 7: a request that comes late does not undo a newer one", async () => {
    const network = createNetwork();
    const phone = network.phone("alice");
    const parts = { callId: "one-call-id" };
    await phone.register(600, parts);
    const late = await phone.register(0, { ...parts, cseq: 1 });
    expect(late.status).toBe(500);
    expect(headers(await phone.ask("REGISTER", `sip:${DOMAIN}`, { to: phone.aor }), "contact")).toHaveLength(1);
  });

  test("step 7: a refresh that comes after the removal it preceded does not bring the binding back", async () => {
    const phone = createNetwork().phone("alice");
    const parts = { callId: "one-call-id" };
    await phone.register(600, { ...parts, cseq: 5 });
    await phone.register(0, { ...parts, cseq: 9 });
    expect((await phone.register(600, { ...parts, cseq: 8 })).status).toBe(500);
    expect(headers(await phone.ask("REGISTER", `sip:${DOMAIN}`, { to: phone.aor }), "contact")).toEqual([]);
  });

  test.each([
    ["a contact", [`Contact: <sip:${"x".repeat(2000)}@h.invalid>`], {}, 400],
    ["a Call-ID", [], { callId: "c".repeat(300) }, 400],
    ["a Path", [`Path: <sip:${"p".repeat(2000)}.invalid;lr>`], {}, 513],
  ])("%s that does not fit into a row is refused", async (_what, lines, parts, status) => {
    const phone = await createNetwork().online("alice");
    expect((await phone.register(600, { ...parts, lines })).status).toBe(status);
  });

  test("a REGISTER with more than twice the contacts that a user may have is refused before they are read", async () => {
    const phone = await createNetwork().online("alice");
    const contacts = Array.from({ length: 21 }, (_, index) => `<sip:${index}@h.invalid>`);
    expect((await phone.register(600, { lines: [`Contact: ${contacts.join(", ")}`] })).status).toBe(400);
  });

  test("step 7: contacts that come and go leave a row of bounded size, and the last of them are remembered", async () => {
    const network = createNetwork({ maxBindings: 3 });
    const phone = network.phone("alice");
    const ask = (contacts: readonly string[], callId: string, cseq: number) =>
      phone.ask("REGISTER", `sip:${DOMAIN}`, {
        to: phone.aor,
        callId,
        cseq,
        lines: contacts.map((contact) => `Contact: ${contact}`),
      });
    for (let round = 0; round < 9; round += 1) {
      const contacts = [0, 1, 2].map((index) => `<sip:${round}-${index}@h.invalid>`);
      await ask(contacts, `c${round}`, 1);
      await ask(
        contacts.map((contact) => `${contact};expires=0`),
        `c${round}`,
        3,
      );
    }
    expect(network.state.rows.registrations.get(phone.aor)?.bindings).toHaveLength(3);
    expect((await ask(["<sip:8-0@h.invalid>"], "c8", 2)).status).toBe(500);
  });

  test("an instance id with characters that a URI forbids is ignored", async () => {
    const phone = createNetwork().phone("alice", { instance: "urn:x>,<sip:evil@x" });
    const ok = await phone.register(600, { lines: ["Supported: gruu"] });
    expect([ok.status, header(ok, "contact")?.includes("evil")]).toEqual([200, false]);
  });

  test("a digest username that ends in half a surrogate pair is challenged, without an error", async () => {
    const phone = createNetwork().phone("alice");
    const lines = ['Authorization: Digest username="\u{1f600}'];
    await phone.request("REGISTER", `sip:${DOMAIN}`, { to: phone.aor, lines });
    expect((await phone.takeFinal("REGISTER")).status).toBe(401);
  });

  test("a REGISTER that overtakes an INVITE with credentials: the flow stays bound, and its binding goes with it", async () => {
    const network = createNetwork();
    const phone = network.phone("alice", { flow: "f" });
    const sent = await phone.request("INVITE", `sip:bob@${DOMAIN}`, { callId: "c" });
    const line = phone.credentials(await phone.takeFinal("INVITE"), sent);
    await network.online("bob");
    const look = network.state.read;
    network.state.read = async (keys) => {
      const seen = await look(keys);
      if (keys.subscribers?.length === 2) {
        network.state.read = look;
        await phone.online(); // between the read and the commit of the INVITE
      }
      return seen;
    };
    await phone.request("INVITE", `sip:bob@${DOMAIN}`, { callId: "c", lines: [line] });
    await phone.close();
    expect(network.state.rows.registrations.get(phone.aor)?.bindings).toEqual([]);
  });

  test("§17.2.2: a repeated REGISTER is answered as before, and changes nothing", async () => {
    const network = createNetwork();
    const phone = await network.online("alice");
    const lines = [`Contact: <${phone.contact}>, <sip:other@h.invalid>;q=0.5`];
    const parts = { to: phone.aor, lines, callId: "one-call-id", cseq: 5, branch: "z9hG4bKone", fromTag: "t" };
    const [first, again] = [
      await phone.ask("REGISTER", `sip:${DOMAIN}`, parts),
      await phone.ask("REGISTER", `sip:${DOMAIN}`, parts),
    ];
    expect([again.status, again.fields.map(valueOf)]).toEqual([200, first.fields.map(valueOf)]);
    expect(network.state.rows.registrations.get(phone.aor)?.bindings).toHaveLength(2);
  });

  test.each([["*"], ["<sip:a@h.invalid>"]])(
    "§17.2.2: a repeated removal of %s is answered as before, too",
    async (contact) => {
      const phone = createNetwork().phone("alice");
      const parts = { to: phone.aor, callId: "one-call-id" };
      await phone.ask("REGISTER", `sip:${DOMAIN}`, { ...parts, lines: ["Contact: <sip:a@h.invalid>"], cseq: 5 });
      const removal = { ...parts, lines: [`Contact: ${contact}`, "Expires: 0"], cseq: 8 };
      await phone.ask("REGISTER", `sip:${DOMAIN}`, removal);
      expect((await phone.ask("REGISTER", `sip:${DOMAIN}`, removal)).status).toBe(200);
      const late = { ...parts, lines: ["Contact: <sip:a@h.invalid>"], cseq: 8 };
      expect((await phone.ask("REGISTER", `sip:${DOMAIN}`, late)).status).toBe(500);
    },
  );

  test("step 7: a CSeq that another REGISTER has used on another flow is out of order", async () => {
    const network = createNetwork();
    const parts = { callId: "one-call-id", cseq: 5 };
    const phone = network.phone("alice");
    await phone.register(600, parts);
    const other = network.phone("alice", { contact: phone.contact, instance: phone.instance });
    expect((await other.register(600, parts)).status).toBe(500);
  });

  test("step 7: a contact that is twice in one REGISTER is bound once, with its last parameters", async () => {
    const phone = createNetwork().phone("alice");
    const lines = ["Contact: <sip:a@x.invalid>, <sip:a@x.invalid>;q=0.5"];
    const ok = await phone.ask("REGISTER", `sip:${DOMAIN}`, { to: phone.aor, lines });
    expect(headers(ok, "contact")).toEqual(["<sip:a@x.invalid>;expires=540;q=0.5"]);
  });

  test("step 7: either all contacts of a REGISTER are accepted or none", async () => {
    const phone = await createNetwork().online("alice");
    const lines = ["Contact: <sip:a@x.invalid>;expires=600, <sip:b@x.invalid>;expires=5"];
    expect((await phone.ask("REGISTER", `sip:${DOMAIN}`, { to: phone.aor, lines })).status).toBe(423);
    expect(headers(await phone.ask("REGISTER", `sip:${DOMAIN}`, { to: phone.aor }), "contact")).toHaveLength(1);
  });

  test("step 7: a device that comes back on a new flow has one binding, the new one", async () => {
    const network = createNetwork();
    const instance = "urn:uuid:11111111-2222-3333-4444-555555555555";
    await network.online("alice", { instance });
    const back = await network.online("alice", { instance, flow: "new" });
    expect(headers(await back.register(), "contact")).toHaveLength(1);
    expect(network.state.rows.registrations.get(back.aor)?.bindings.map(({ flow }) => flow)).toEqual(["new"]);
  });

  test("step 7: an AOR holds no more bindings than the policy allows", async () => {
    const network = createNetwork({ maxBindings: 2 });
    await network.online("alice");
    await network.online("alice");
    expect((await network.phone("alice").register()).status).toBe(403);
  });

  test("step 8: the 200 lists all bindings with the rest of their time, and a Date", async () => {
    const network = createNetwork();
    const desk = await network.online("alice");
    await network.pass(100);
    const mobile = network.phone("alice");
    const ok = await mobile.register();
    const contacts = headers(ok, "contact");
    expect(contacts.find((value) => value.includes(desk.contact))).toContain(";expires=440");
    expect(contacts.find((value) => value.includes(mobile.contact))).toContain(`;+sip.instance="<${mobile.instance}>"`);
    expect(header(ok, "date")).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
  });

  test("a REGISTER without Contact reads and changes nothing", async () => {
    const network = createNetwork();
    const phone = await network.online("alice");
    const before = network.state.rows.registrations.get(phone.aor);
    const ok = await phone.ask("REGISTER", `sip:${DOMAIN}`, { to: phone.aor });
    expect(headers(ok, "contact")).toHaveLength(1);
    expect(network.state.rows.registrations.get(phone.aor)).toEqual(before);
  });

  test("an expired binding is not listed, although its row still exists", async () => {
    const network = createNetwork();
    const phone = await network.online("alice");
    await network.pass(541);
    expect(headers(await phone.ask("REGISTER", `sip:${DOMAIN}`, { to: phone.aor }), "contact")).toEqual([]);
  });

  test("a binding goes with its connection, the others stay", async () => {
    const network = createNetwork();
    const [desk, mobile] = [await network.online("alice"), await network.online("alice")];
    await desk.close();
    const left = headers(await mobile.ask("REGISTER", `sip:${DOMAIN}`, { to: mobile.aor }), "contact");
    expect(left).toHaveLength(1);
    expect(left[0]).toContain(mobile.contact);
    expect([...network.state.rows.flows.values()].filter(({ closedAt }) => closedAt === undefined)).toHaveLength(1);
  });

  test("two devices that register at the same moment are both registered", async () => {
    const network = createNetwork();
    const phones = [network.phone("alice"), network.phone("alice"), network.phone("alice")];
    await Promise.all(phones.map((phone) => phone.online()));
    expect(network.state.rows.registrations.get(`sip:alice@${DOMAIN}`)?.bindings).toHaveLength(3);
  });
});
