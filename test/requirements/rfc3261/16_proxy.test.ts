import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { header, headers, type SipRequest, withFirstValue } from "../../../lib/sip/syntax/message.ts";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";
import { viasOf } from "../../support/phone/phone.ts";

const bobAor = `sip:bob@${DOMAIN}`;

function fail(): SipRequest {
  throw new Error("no INVITE came");
}

describe("RFC 3261 §16.3 request validation", () => {
  test("step 1: a Request-URI with a header part is 400, and the headers are never used", async () => {
    const alice = await createNetwork().online("alice");
    expect((await alice.ask("INVITE", `${bobAor}?Route=%3Csip:x%3E`)).status).toBe(400);
  });

  test.each([["tel:+123"], ["isbn:2983792873"], ["mailto:bob@example.com"]])("step 2: %s is 416", async (uri) => {
    const alice = await createNetwork().online("alice");
    expect((await alice.ask("INVITE", uri, { to: bobAor })).status).toBe(416);
  });

  test("step 3: Max-Forwards 0 is 483 and goes no further", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    expect((await alice.ask("INVITE", bobAor, { maxForwards: 0 })).status).toBe(483);
    expect(bob.inbox.titles()).not.toContain("INVITE");
  });

  test("step 5: Proxy-Require with an unknown tag is 420 with Unsupported", async () => {
    const alice = await createNetwork().online("alice");
    const refused = await alice.ask("INVITE", bobAor, { lines: ["Proxy-Require: nothing-i-know"] });
    expect([refused.status, header(refused, "unsupported")]).toEqual([420, "nothing-i-know"]);
  });

  test("step 6: a flow nobody authenticated on is challenged with 407, and credentials let it through", async () => {
    const network = createNetwork();
    const bob = await network.online("bob");
    const alice = network.phone("alice");
    const callId = "no-register";
    const sent = await alice.request("INVITE", bobAor, { callId });
    const challenged = await alice.takeFinal("INVITE");
    expect(challenged.status).toBe(407);
    await alice.request("INVITE", bobAor, { callId, lines: [alice.credentials(challenged, sent)] });
    await bob.takeRequest("INVITE");
    expect(alice.inbox.titles()).toEqual(["407 INVITE", "100 INVITE"]);
  });

  test("step 6: nobody calls in another's name", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob");
    expect((await alice.ask("INVITE", bobAor, { from: `sip:carol@${DOMAIN}` })).status).toBe(403);
  });
});

describe("RFC 3261 §16.4 route preprocessing", () => {
  test("a pre-loaded route to us is taken off and the call goes on", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bobAor, { routes: [`<sip:${DOMAIN};transport=ws;lr>`] });
    expect(headers(await bob.takeRequest("INVITE"), "route")).toEqual([]);
  });

  test("a pre-loaded route by the host name that phones connect to is taken off too (RFC 7118 §8.2)", async () => {
    const network = createNetwork({ host: "ws.example.net" });
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bobAor, { routes: ["<sip:ws.example.net:443;transport=ws;lr>"] });
    expect(headers(await bob.takeRequest("INVITE"), "route")).toEqual([]);
  });

  test("nobody has an address at the host name that phones connect to: 403", async () => {
    const alice = await createNetwork({ host: "ws.example.net" }).online("alice");
    expect((await alice.ask("INVITE", "sip:bob@ws.example.net", { to: bobAor })).status).toBe(403);
  });

  test("a route to somebody else is 403", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob");
    expect((await alice.ask("INVITE", bobAor, { routes: ["<sip:proxy.elsewhere.example;lr>"] })).status).toBe(403);
  });

  test("within a dialog, a route with a token we did not make is 403", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { caller } = await establish(alice, bob);
    const forged = [`<sip:AAAAAAAAAAAAAAAAAAAAAAYXR0YWNrZXI@${DOMAIN};lr>`];
    await alice.inDialog("BYE", { ...caller, routes: forged });
    expect((await alice.takeFinal("BYE")).status).toBe(403);
  });

  test("a token does not lead past the policies: without a To tag the Request-URI decides, and From is checked", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { callee } = await establish(alice, bob);
    expect((await bob.ask("INVITE", alice.aor, { from: `sip:carol@${DOMAIN}`, routes: callee.routes })).status).toBe(
      403,
    );
  });

  test("a token is good in its own dialog only: another Call-ID, tag or From is 403", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { callee } = await establish(alice, bob);
    for (const other of [{ callId: "another" }, { toTag: "another" }, { from: `sip:carol@${DOMAIN}` }]) {
      await bob.inDialog("INFO", callee, other);
      expect((await bob.takeFinal("INFO")).status).toBe(403);
    }
    expect(alice.inbox.titles()).not.toContain("INFO");
  });

  test("the token in the Via of a single request is no route", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("MESSAGE", bobAor);
    const message = await bob.takeRequest("MESSAGE");
    const token = /hop=([^;]+)/.exec(viasOf(message)[0] ?? "")?.[1];
    const dialog = { ...bob.dialogAsCallee(message), remoteTarget: alice.contact };
    await bob.inDialog("INFO", { ...dialog, routes: [`<sip:${token}@${DOMAIN};lr>`] });
    expect((await bob.takeFinal("INFO")).status).toBe(403);
  });

  test("a mountain of routes to ourselves is 400", async () => {
    const alice = await createNetwork().online("alice");
    const routes = [Array.from({ length: 700 }, () => `<sip:${DOMAIN}>`).join(",")];
    expect((await alice.ask("INVITE", bobAor, { routes })).status).toBe(400);
  });
});

describe("RFC 3261 §16.5 targets", () => {
  test("§16.4, §16.5: an maddr that is not ours is where the request would go, so it is 403; one that is ours says nothing", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    expect((await alice.ask("INVITE", `${bobAor};maddr=192.0.2.9`)).status).toBe(403);
    expect(bob.inbox.titles()).not.toContain("INVITE");
    await alice.request("INVITE", `${bobAor};maddr=${DOMAIN.toUpperCase()}`);
    expect((await bob.takeRequest("INVITE")).uri).toBe(bob.contact);
  });

  test("a foreign domain is 403: no open relay", async () => {
    const alice = await createNetwork().online("alice");
    expect((await alice.ask("INVITE", "sip:bob@elsewhere.example")).status).toBe(403);
  });

  test("nobody of that name is 404, a subscriber without a phone 480", async () => {
    const alice = await createNetwork().online("alice");
    expect((await alice.ask("INVITE", `sip:nobody@${DOMAIN}`)).status).toBe(404);
    expect((await alice.ask("INVITE", bobAor)).status).toBe(480);
  });

  test("OPTIONS to the domain itself is answered by us", async () => {
    const phone = createNetwork().phone("alice");
    const ok = await phone.ask("OPTIONS", `sip:${DOMAIN}`);
    expect([ok.status, header(ok, "supported"), header(ok, "allow")]).toEqual([200, "outbound, gruu, path", undefined]);
  });

  test("§8.2.2.3: OPTIONS to the domain itself that requires what we do not know is 420 with Unsupported", async () => {
    const phone = createNetwork().phone("alice");
    const refused = await phone.ask("OPTIONS", `sip:${DOMAIN}`, { lines: ["Require: path, 100rel, novel"] });
    expect([refused.status, header(refused, "unsupported")]).toEqual([420, "100rel, novel"]);
  });
});

describe("RFC 3261 §16.6 request forwarding", () => {
  test("Request-URI, Max-Forwards, Via, Record-Route, P-Asserted-Identity and Max-Breadth change; every other byte stays", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const odd = ["X-Odd  :  a;b,c", "x-folded: one\r\n  two", "Subject: Ünïcode"];
    const sent = await alice.request("INVITE", bobAor, { lines: odd, body: "v=0\r\n\r\nß" });
    const received = await bob.takeRequest("INVITE");

    expect(received.uri).toBe(bob.contact);
    expect(header(received, "max-forwards")).toBe("68");
    expect(header(received, "record-route")).toMatch(new RegExp(`^<sip:[\\w-]+@${DOMAIN};transport=ws;lr>$`));
    const [ours = "", theirs = ""] = viasOf(received);
    expect(ours).toMatch(new RegExp(`^SIP/2\\.0/WSS ${DOMAIN};branch=z9hG4bK`));
    expect(theirs).toContain(`branch=${sent.branch};received=192.0.2.7`);

    const unchanged = (text: string) =>
      text
        .split("\r\n")
        .filter((line) => !/^(?:INVITE|Via|Max-Forwards|Record-Route|P-Asserted|Max-Breadth)/.test(line));
    expect(unchanged(serialize(received))).toEqual(unchanged(sent.text));
  });

  test("a request without Max-Forwards gets 70", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { text } = alice.write("MESSAGE", bobAor);
    await alice.send(text.replace(/Max-Forwards: 69\r\n/, ""));
    expect(header(await bob.takeRequest("MESSAGE"), "max-forwards")).toBe("70");
  });

  test("every device of the callee is rung, each at its own contact", async () => {
    const network = createNetwork();
    const [alice, desk, mobile] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("bob"),
    ];
    await alice.request("INVITE", bobAor);
    const [first, second] = [await desk.takeRequest("INVITE"), await mobile.takeRequest("INVITE")];
    expect([first.uri, second.uri]).toEqual([desk.contact, mobile.contact]);
    expect(viasOf(first)[0]).not.toBe(viasOf(second)[0]);
  });

  test("a method we never heard of is forwarded as any other", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("NEWMETHOD", bobAor, { body: "anything" });
    const received = await bob.takeRequest("NEWMETHOD");
    await bob.answer(received, 200);
    expect((await alice.takeFinal("NEWMETHOD")).status).toBe(200);
  });
});

describe("RFC 3261 §22.3 credentials", () => {
  test("those for our realm are used here and go no further, those for others do", async () => {
    const network = createNetwork();
    const bob = await network.online("bob");
    const alice = network.phone("alice");
    const sent = await alice.request("INVITE", bobAor, { callId: "one" });
    const ours = alice.credentials(await alice.takeFinal("INVITE"), sent);
    const theirs = 'Proxy-Authorization: Digest username="a", realm="elsewhere", nonce="n", uri="sip:x", response="r"';
    await alice.request("INVITE", bobAor, { callId: "one", lines: [theirs, ours] });
    const invite = await bob.takeRequest("INVITE");
    expect(headers(invite, "proxy-authorization")).toEqual([expect.stringContaining("elsewhere")]);
    expect(JSON.stringify(network.timers)).not.toContain("c0ffee");
  });

  test.each(["Proxy-Authorization", "Authorization"])("nor those for our realm in %s of who is known", async (name) => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const ours = `${name}: Digest username="alice", realm="${DOMAIN}", nonce="bobs", uri="${bobAor}", response="c0ffee"`;
    await alice.request("INVITE", bobAor, { lines: [ours] });
    expect(headers(await bob.takeRequest("INVITE"), name.toLowerCase())).toEqual([]);
  });

  test.each([
    [401, "WWW-Authenticate", `Digest realm="${DOMAIN}", nonce="bobs", algorithm=MD5`],
    [407, "Proxy-Authenticate", `Digest realm="EXAMPLE.com", nonce="bobs", algorithm=MD5`],
    [401, "WWW-Authenticate", `Bearer realm="${DOMAIN}", authz_server="https://bob.example"`],
    [401, "WWW-Authenticate", `Digest realm="x", nonce="1", realm="${DOMAIN}", nonce="bobs"`],
  ])("§22.1: a phone asks nobody for our passwords: %i, %s: %s", async (status, name, value) => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const lines = [`${name}: ${value}`];
    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), status, { lines });
    expect(headers(await alice.takeFinal("INVITE"), name.toLowerCase())).toEqual([]);
    await alice.request("MESSAGE", bobAor); // forwarded without state
    await bob.answer(await bob.takeRequest("MESSAGE"), status, { lines });
    expect(headers(await alice.takeFinal("MESSAGE"), name.toLowerCase())).toEqual([]);
    const { caller } = await establish(alice, bob);
    await alice.inDialog("BYE", caller);
    await bob.answer(await bob.takeRequest("BYE"), status, { lines });
    expect(headers(await alice.takeFinal("BYE"), name.toLowerCase())).toEqual([]);
  });

  test("an algorithm the deployment does not offer is the client's mistake (RFC 7616 §3.4)", async () => {
    const network = createNetwork({ digestAlgorithms: ["SHA-256"] });
    const alice = network.phone("alice");
    const sent = await alice.request("REGISTER", `sip:${DOMAIN}`, { to: alice.aor });
    const challenged = await alice.takeFinal("REGISTER");
    const asMd5 = withFirstValue(
      challenged,
      "www-authenticate",
      header(challenged, "www-authenticate")?.replace("SHA-256", "MD5"),
    );
    await alice.request("REGISTER", `sip:${DOMAIN}`, { to: alice.aor, lines: [alice.credentials(asMd5, sent)] });
    expect((await alice.takeFinal("REGISTER")).status).toBe(400);
  });
});

describe("RFC 3261 §16.7 response processing", () => {
  test("step 3: our Via comes off; the caller sees its own alone", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    expect(viasOf(await alice.takeResponse(180, "INVITE"))).toHaveLength(1);
  });

  test("step 5: a 100 is not forwarded", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 100);
    expect(alice.inbox.titles().filter((title) => title === "100 INVITE")).toHaveLength(1); // ours
  });

  test("step 5: a second 2xx is forwarded too", async () => {
    const network = createNetwork();
    const [alice, desk, mobile] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("bob"),
    ];
    await alice.request("INVITE", bobAor);
    await desk.answer(await desk.takeRequest("INVITE"), 200, { tag: "desk" });
    await mobile.answer(await mobile.takeRequest("INVITE"), 200, { tag: "mobile" });
    expect(alice.inbox.titles().slice(-2)).toEqual(["200 INVITE", "200 INVITE"]);
  });

  test.each([
    [[486, 603], 603],
    [[404, 503], 404],
    [[500, 480], 480],
    [[486, 415], 415],
    [[503, 503], 500],
  ])("step 6: of %p the caller gets %i, once", async ([first = 0, second = 0], best) => {
    const network = createNetwork();
    const [alice, desk, mobile] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("bob"),
    ];
    await alice.request("INVITE", bobAor);
    await desk.answer(await desk.takeRequest("INVITE"), first);
    await mobile.answer(await mobile.takeRequest("INVITE"), second);
    expect(alice.inbox.titles().slice(-2)).toEqual(["100 INVITE", `${best} INVITE`]);
  });

  test("a refusal with a huge body does not burden the state: the body goes, the refusal stays", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 488, {
      body: "x".repeat(100_000),
      lines: ["Content-Type: text/x"],
    });
    const refused = await alice.takeFinal("INVITE");
    expect([refused.status, refused.body, header(refused, "content-type")]).toEqual([488, "", undefined]);
  });

  test("step 10: who rings when another answers gets CANCEL with the reason, and its 487 stays here", async () => {
    const network = createNetwork();
    const [alice, desk, mobile] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("bob"),
    ];
    await alice.request("INVITE", bobAor);
    const ringing = await mobile.takeRequest("INVITE");
    await mobile.answer(ringing, 180);
    await desk.answer(await desk.takeRequest("INVITE"), 200);
    const cancel = await mobile.takeRequest("CANCEL");
    expect(header(cancel, "reason")).toContain("cause=200");
    expect(viasOf(cancel)).toEqual(viasOf(ringing).slice(0, 1));
    await mobile.answer(cancel, 200);
    await mobile.answer(ringing, 487);
    await mobile.takeRequest("ACK");
    expect(alice.inbox.titles().slice(2)).toEqual(["100 INVITE", "180 INVITE", "200 INVITE"]);
  });

  test("step 5: a 6xx ends the ringing everywhere", async () => {
    const network = createNetwork();
    const [alice, desk, mobile] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("bob"),
    ];
    await alice.request("INVITE", bobAor);
    const ringing = await mobile.takeRequest("INVITE");
    await mobile.answer(ringing, 180);
    await desk.answer(await desk.takeRequest("INVITE"), 603);
    await mobile.takeRequest("CANCEL");
    await mobile.answer(ringing, 487);
    expect(alice.inbox.titles().at(-1)).toBe("603 INVITE");
  });

  test("a refusal is acknowledged by us, hop by hop, with the callee's tag", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 486, { tag: "busy" });
    const ack = await bob.takeRequest("ACK");
    expect([ack.uri, header(ack, "to"), viasOf(ack)[0]]).toEqual([
      invite.uri,
      expect.stringContaining(";tag=busy"),
      viasOf(invite)[0],
    ]);
    expect((await alice.takeFinal("INVITE")).status).toBe(486);
  });

  test.each([
    [
      "with a branch nobody made",
      (via: string) => via.replace(/branch=z9hG4bK[^;]+/, "branch=z9hG4bKforged.0.AAAAAAAAAAAAAAAAAAAAAA"),
    ],
    ["with another index", (via: string) => via.replace(/\.0\./, ".1.")],
    ["without a Via of ours", (via: string) => via.replace(DOMAIN, "elsewhere.example")],
  ])("a response %s is dropped without a read", async (_what, forge) => {
    let looks = 0;
    const network = createNetwork({}, (ports) => ({ read: (keys) => ((looks += 1), ports.read(keys)) }));
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    const forged = invite.fields.map((field) => field);
    const [first = "", second = ""] = viasOf(invite);
    looks = 0;
    await bob.send(
      [
        "SIP/2.0 200 OK",
        `Via: ${forge(first)}`,
        `Via: ${second}`,
        ...forged
          .filter(({ name }) => ["from", "to", "call-id", "cseq"].includes(name))
          .map((field) => field.source.slice(field.start, field.end)),
        "",
        "",
      ].join("\r\n"),
    );
    expect([looks, alice.inbox.titles()]).toEqual([0, ["401 REGISTER", "200 REGISTER", "100 INVITE"]]);
  });

  test("a response from somebody who was not asked is dropped", async () => {
    const network = createNetwork();
    const [alice, bob, carol] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("carol"),
    ];
    await alice.request("INVITE", bobAor);
    await carol.answer(await bob.takeRequest("INVITE"), 200);
    expect(alice.inbox.titles()).not.toContain("200 INVITE");
  });
});

describe("RFC 3261 §16.8, §17.1.1.2: nothing rings for ever", () => {
  test("who never answers at all is given up after 32 s with 408", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob");
    await alice.request("INVITE", bobAor);
    await network.pass(32);
    expect((await alice.takeFinal("INVITE")).status).toBe(408);
  });

  test("a phone that only rings is cancelled when the ring time is over, and the caller gets 408", async () => {
    const network = createNetwork({ ringSeconds: 185 });
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    await network.pass(184);
    expect(bob.inbox.titles()).not.toContain("CANCEL");
    await network.pass(1);
    await bob.takeRequest("CANCEL");
    expect((await alice.takeFinal("INVITE")).status).toBe(408);
    await bob.answer(invite, 487);
    await bob.takeRequest("ACK");
    expect(network.timers).toEqual([]);
  });

  test("a phone that rings only after it was given up is told to stop", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    await network.pass(32);
    await bob.answer(invite, 180);
    await bob.takeRequest("CANCEL");
  });

  test("a CANCEL that got lost with its Lambda is sent again at the timer", async () => {
    let isLosing = false;
    const network = createNetwork({}, (ports) => ({
      post: (flow, text) => (isLosing ? Promise.resolve("delivered") : ports.post(flow, text)),
    }));
    const [alice, desk, mobile] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("bob"),
    ];
    await alice.request("INVITE", bobAor);
    const ringing = await mobile.takeRequest("INVITE");
    await mobile.answer(ringing, 180);
    const answered = await desk.takeRequest("INVITE");
    isLosing = true;
    await desk.answer(answered, 200);
    isLosing = false;
    await network.pass(32);
    await mobile.takeRequest("CANCEL");
  });

  test("a refusal that got lost with its Lambda is sent again at the timer, just as it was", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 302, { lines: ["X-Where: there"] });
    const first = serialize(await alice.takeFinal("INVITE"));
    await network.pass(32);
    expect(serialize(await alice.takeFinal("INVITE"))).toBe(first);
  });

  test("a call that was answered leaves nothing behind but one empty look", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await establish(alice, bob);
    const titles = [alice.inbox.titles(), bob.inbox.titles()];
    await network.pass(600);
    expect([alice.inbox.titles(), bob.inbox.titles(), network.timers]).toEqual([...titles, []]);
  });
});

describe("RFC 3261 §16.9: a target that cannot be reached", () => {
  test("an only phone whose connection is gone is 480, and its dead binding goes", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob", { flow: "gone" });
    network.cut("gone");
    expect((await alice.ask("INVITE", bobAor)).status).toBe(480);
    expect(network.state.rows.registrations.get(bobAor)?.bindings).toEqual([]);
    expect((await alice.ask("MESSAGE", bobAor)).status).toBe(480);
  });

  test("of two phones the one that is there rings on", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob", { flow: "gone" });
    const mobile = await network.online("bob");
    network.cut("gone");
    await alice.request("INVITE", bobAor);
    await mobile.answer(await mobile.takeRequest("INVITE"), 200);
    expect(alice.inbox.titles().slice(2)).toEqual(["100 INVITE", "200 INVITE"]);
  });

  test("a MESSAGE whose only target is gone is answered 480 too", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob", { flow: "gone" });
    network.cut("gone");
    expect((await alice.ask("MESSAGE", bobAor)).status).toBe(480);
  });

  test("a message the platform cannot carry is 513 to its sender", async () => {
    const network = createNetwork({}, (ports) => ({
      post: (flow, text) => (text.includes("huge") ? Promise.resolve("too large") : ports.post(flow, text)),
    }));
    const alice = await network.online("alice");
    await network.online("bob");
    expect((await alice.ask("INVITE", bobAor, { body: "huge" })).status).toBe(513);
    expect((await alice.ask("MESSAGE", bobAor, { body: "huge" })).status).toBe(513);
  });
});

describe("answers the platform cannot carry", () => {
  /** Posts with `huge` in them are refused. */
  async function called() {
    const network = createNetwork({}, (ports) => ({
      post: (flow, text) => (text.includes("huge") ? Promise.resolve("too large") : ports.post(flow, text)),
    }));
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    return { network, alice, bob, invite };
  }

  test("a refusal reaches the caller without its body", async () => {
    const { alice, bob, invite } = await called();
    await bob.answer(invite, 486, { body: "huge" });
    expect((await alice.takeResponse(486, "INVITE")).body).toBe("");
  });

  test("an answered call whose answer is lost is no call: the caller is told so and does not wait for ever", async () => {
    const { alice, bob, invite } = await called();
    await bob.answer(invite, 200, { body: "huge" });
    const final = await alice.takeFinal("INVITE");
    expect([final.status, final.reason, viasOf(final)]).toEqual([500, "Response Too Large", [expect.any(String)]]);
  });

  test("of a re-INVITE too", async () => {
    const { network, bob } = await called();
    const carol = await network.online("carol");
    const { caller } = await establish(carol, bob);
    await carol.inDialog("INVITE", caller);
    await bob.answer(await bob.takeRequest("INVITE"), 200, { body: "huge" });
    expect((await carol.takeFinal("INVITE")).status).toBe(500);
  });

  test("a provisional one is not missed", async () => {
    const { alice, bob, invite } = await called();
    await bob.answer(invite, 183, { body: "huge" });
    await bob.answer(invite, 200);
    await alice.takeResponse(200, "INVITE");
  });
});

describe("RFC 3261 §9, §16.10 CANCEL", () => {
  test("a ringing call is cancelled: 200 to the CANCEL, CANCEL to the phone, 487 to the INVITE", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    await alice.request("CANCEL", bobAor, sent);
    expect((await alice.takeFinal("CANCEL")).status).toBe(200);
    await bob.answer(await bob.takeRequest("CANCEL"), 200);
    await bob.answer(invite, 487);
    await bob.takeRequest("ACK");
    expect((await alice.takeFinal("INVITE")).status).toBe(487);
  });

  test("§16.7 step 6: who cancels is told 487, not that one of the phones had been busy", async () => {
    const network = createNetwork();
    const [alice, bob, other] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("bob"),
    ];
    const sent = await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 486);
    const invite = await other.takeRequest("INVITE");
    await other.answer(invite, 180);
    await alice.request("CANCEL", bobAor, sent);
    await other.answer(invite, 487);
    expect((await alice.takeFinal("INVITE")).status).toBe(487);
  });

  test("§9.1: before any provisional response the CANCEL waits for one", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    await alice.request("CANCEL", bobAor, sent);
    expect(bob.inbox.titles()).not.toContain("CANCEL");
    await bob.answer(invite, 100);
    await bob.takeRequest("CANCEL");
  });

  test("a phone that does not even answer the CANCEL does not keep the caller waiting", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await alice.request("CANCEL", bobAor, sent);
    await network.pass(32);
    expect((await alice.takeFinal("INVITE")).status).toBe(487);
  });

  test("a call that was answered first stays answered", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 200);
    await alice.request("CANCEL", bobAor, sent);
    expect((await alice.takeFinal("CANCEL")).status).toBe(200);
    expect(bob.inbox.titles()).not.toContain("CANCEL");
  });

  test("a CANCEL that matches nothing is 481, and so is one for somebody else's call", async () => {
    const network = createNetwork();
    const [alice, bob, carol] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("carol"),
    ];
    expect((await alice.ask("CANCEL", bobAor)).status).toBe(481);
    const sent = await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await carol.send(alice.write("CANCEL", bobAor, sent).text);
    expect((await carol.takeFinal("CANCEL")).status).toBe(481);
    expect(bob.inbox.titles()).not.toContain("CANCEL");
  });
});

describe("RFC 3261 §16.11, §12: within a dialog", () => {
  test.each(["INFO", "UPDATE", "MESSAGE", "OPTIONS", "REFER", "NOTIFY", "PRACK", "BYE"])(
    "%s and its answer pass both ways without a read or a write",
    async (method) => {
      let calls = 0;
      const network = createNetwork({}, (ports) => ({
        read: (keys) => ((calls += 1), ports.read(keys)),
        commit: (changes) => ((calls += changes.length), ports.commit(changes)),
      }));
      const [alice, bob] = [await network.online("alice"), await network.online("bob")];
      const { caller, callee } = await establish(alice, bob);
      calls = 0;
      await alice.inDialog(method, caller);
      await bob.answer(await bob.takeRequest(method), 200);
      expect((await alice.takeFinal(method)).status).toBe(200);
      await bob.inDialog(method, callee);
      await alice.answer(await alice.takeRequest(method), 200);
      expect((await bob.takeFinal(method)).status).toBe(200);
      expect(calls).toBe(0);
    },
  );

  test("a re-INVITE, its refusal and the ACK for that pass through", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { caller } = await establish(alice, bob);
    const again = await alice.inDialog("INVITE", caller, { body: "v=0\r\n" });
    await bob.answer(await bob.takeRequest("INVITE"), 488);
    expect((await alice.takeFinal("INVITE")).status).toBe(488);
    await alice.inDialog("ACK", caller, again);
    await bob.takeRequest("ACK");
  });

  test("a CANCEL of a re-INVITE has the branch the re-INVITE had", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { caller } = await establish(alice, bob);
    const again = await alice.inDialog("INVITE", caller);
    const branch = (via = "") => /branch=[^;]+/.exec(via)?.[0];
    const invite = await bob.takeRequest("INVITE");
    await alice.inDialog("CANCEL", caller, { branch: again.branch, cseq: again.cseq });
    expect(branch(viasOf(await bob.takeRequest("CANCEL"))[0])).toBe(branch(viasOf(invite)[0]));
  });

  test("who is not part of the dialog is refused even with its route", async () => {
    const network = createNetwork();
    const [alice, bob, carol] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("carol"),
    ];
    const { caller } = await establish(alice, bob);
    await carol.inDialog("BYE", caller);
    expect((await carol.takeFinal("BYE")).status).toBe(403);
    expect(bob.inbox.titles()).not.toContain("BYE");
  });

  test("an ACK without a route of ours is dropped and costs no read", async () => {
    let looks = 0;
    const network = createNetwork({}, (ports) => ({ read: (keys) => ((looks += 1), ports.read(keys)) }));
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    looks = 0;
    await alice.request("ACK", bobAor);
    expect([looks, bob.inbox.titles()]).toEqual([0, ["401 REGISTER", "200 REGISTER"]]);
  });
});

describe("calls survive a reconnect", () => {
  test.each(["caller", "callee"] as const)(
    "the %s drops and comes back: requests reach it and come from it",
    async (who) => {
      const network = createNetwork();
      const alice = await network.online("alice", { flow: "alice-1" });
      const bob = await network.online("bob", { flow: "bob-1" });
      const { caller, callee } = await establish(alice, bob);

      const [lost, stays] = who === "caller" ? [alice, bob] : [bob, alice];
      const [lostDialog, staysDialog] = who === "caller" ? [caller, callee] : [callee, caller];
      network.cut(who === "caller" ? "alice-1" : "bob-1");
      const back = await network.online(who === "caller" ? "alice" : "bob", { instance: lost.instance });

      await stays.inDialog("INFO", staysDialog);
      await back.answer(await back.takeRequest("INFO"), 200);
      expect((await stays.takeFinal("INFO")).status).toBe(200);
      await back.inDialog("BYE", lostDialog);
      await stays.answer(await stays.takeRequest("BYE"), 200);
      expect((await back.takeFinal("BYE")).status).toBe(200);
    },
  );

  test("an end that does not come back is 430, which leaves the dialog standing", async () => {
    const network = createNetwork();
    const alice = await network.online("alice", { flow: "alice-1" });
    const bob = await network.online("bob");
    const { callee } = await establish(alice, bob);
    network.cut("alice-1");
    await bob.inDialog("INFO", callee);
    expect((await bob.takeFinal("INFO")).status).toBe(430);
  });

  test("a caller that comes back on another flow gets its answer there", async () => {
    const network = createNetwork();
    const alice = await network.online("alice", { flow: "alice-1" });
    const bob = await network.online("bob");
    await alice.request("INVITE", bobAor);
    network.cut("alice-1");
    const back = await network.online("alice", { instance: alice.instance });
    await bob.answer(await bob.takeRequest("INVITE"), 200);
    expect((await back.takeFinal("INVITE")).status).toBe(200);
  });
});

describe("decide, commit, emit", () => {
  test("a repeated INVITE is not forwarded twice and gets what its first answer was", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    await alice.send(sent.text);
    await bob.answer(await bob.takeRequest("INVITE"), 486, { tag: "busy" });
    await alice.send(sent.text);
    expect(bob.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
    expect(alice.inbox.titles().slice(2)).toEqual(["100 INVITE", "100 INVITE", "486 INVITE", "486 INVITE"]);
  });

  test("nothing is sent before the state is stored", async () => {
    const order: string[] = [];
    const network = createNetwork({}, (ports) => ({
      commit: async (changes) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        order.push("committed");
        return ports.commit(changes);
      },
      setTimers: async (timers) => {
        await new Promise((resolve) => setTimeout(resolve, 10));
        if (timers.length > 0) order.push("timers set");
      },
      post: (flow, text) => (order.push("posted"), ports.post(flow, text)),
    }));
    const alice = await network.online("alice");
    await network.online("bob");
    order.length = 0;
    await alice.request("INVITE", bobAor);
    expect(order).toEqual(["committed", "timers set", "posted"]);
  });

  test("a phone that is gone does not hide what a phone that is there said", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob", { flow: "gone" });
    const mobile = await network.online("bob");
    network.cut("gone");
    await alice.request("INVITE", bobAor);
    await mobile.answer(await mobile.takeRequest("INVITE"), 486);
    expect((await alice.takeFinal("INVITE")).status).toBe(486);
  });

  test.each([
    ["while it rings", 180],
    ["before it rings", 100],
  ])("RFC 3326 §2: the caller's reason goes along with a CANCEL, %s", async (_when, status) => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    if (status === 180) await bob.answer(invite, 180);
    await alice.request("CANCEL", bobAor, { ...sent, lines: ['Reason: SIP;cause=603;text="Decline"'] });
    if (status === 100) await bob.answer(invite, 100);
    expect(header(await bob.takeRequest("CANCEL"), "reason")).toBe('SIP;cause=603;text="Decline"');
  });

  test("§17.2.1: a repeated INVITE is answered with the latest provisional response", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    await bob.answer(invite, 183, { tag: "early" });
    await alice.takeResponse(183, "INVITE");
    await alice.send(sent.text);
    expect(header(await alice.takeResponse(183, "INVITE"), "to")).toContain(";tag=early");
  });

  test("§17.2.1: a repeated INVITE has its own answer, though its callee has no phone any more", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    await alice.takeResponse(180, "INVITE");
    await bob.register(0);
    await alice.send(sent.text);
    await alice.takeResponse(180, "INVITE");
    await bob.answer(invite, 486);
    await alice.takeResponse(486, "INVITE");
    await alice.send(sent.text);
    await alice.takeResponse(486, "INVITE");
    expect((await alice.ask("INVITE", bobAor)).status).toBe(480);
  });

  test("a timer that comes before its state is stored comes again; one whose state never comes does not", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await network.signaling.timerFired({ kind: "transaction", context: "not yet", epoch: 1 });
    expect(network.timers).toEqual([expect.objectContaining({ context: "not yet", epoch: 1, isSecond: true })]);
    await network.pass(60);
    expect(network.timers).toEqual([]);

    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    const [timer] = network.timers.splice(0);
    if (timer?.kind !== "transaction") throw new Error("no timer was set");
    await network.signaling.timerFired({ ...timer, epoch: 2 });
    expect(network.timers).toEqual([expect.objectContaining({ epoch: 2, isSecond: true })]);
  });

  test("a context never waits for a timer that was not set: a CANCEL whose timer fails changes nothing", async () => {
    let isFailing = false;
    const network = createNetwork({}, (ports) => ({
      setTimers: (timers) => (isFailing ? Promise.reject(new Error("no queue")) : ports.setTimers(timers)),
    }));
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    const before = [...network.state.rows.contexts.values()];
    isFailing = true;
    await expect(alice.request("CANCEL", bobAor, sent)).rejects.toThrow("no queue");
    expect([...network.state.rows.contexts.values()]).toEqual(before);
  });

  test("twenty phones that refuse at the same moment are all heard, and the caller has its answer", async () => {
    const random = (seed: number) => ((seed * 7919) % 5) + 1;
    let reads = 0;
    const network = createNetwork({ maxBindings: 30 }, (ports) => ({
      read: async (keys) => {
        await sleep(random((reads += 1)));
        return ports.read(keys);
      },
      pause: (attempt) => sleep(random((reads += 1)) * attempt),
    }));
    const alice = await network.online("alice");
    const phones = [];
    for (let count = 0; count < 20; count += 1) phones.push(await network.online("bob"));
    await alice.request("INVITE", bobAor);
    const invites = await Promise.all(phones.map((phone) => phone.takeRequest("INVITE")));
    await Promise.all(phones.map((phone, at) => phone.answer(invites[at] ?? fail(), 486)));
    expect((await alice.takeFinal("INVITE")).status).toBe(486);
  });

  test("a post that fails for no known reason is 500 for that phone; the other rings on", async () => {
    const network = createNetwork({}, (ports) => ({
      post: (flow, text) => (flow === "broken" ? Promise.resolve("failed") : ports.post(flow, text)),
    }));
    const alice = await network.online("alice");
    await network.online("bob", { flow: "broken" });
    const mobile = await network.online("bob");
    await alice.request("INVITE", bobAor);
    await mobile.answer(await mobile.takeRequest("INVITE"), 486);
    expect((await alice.takeFinal("INVITE")).status).toBe(486);
  });

  test("six dead phones do not keep the seventh waiting", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    for (const flow of ["1", "2", "3", "4", "5", "6"]) {
      const dead = network.phone("bob", { flow });
      const lines = [`Contact: <${dead.contact}>;q=0.9`];
      await dead.ask("REGISTER", `sip:${DOMAIN}`, { to: bobAor, lines });
      network.cut(flow);
    }
    const alive = network.phone("bob");
    await alive.ask("REGISTER", `sip:${DOMAIN}`, { to: bobAor, lines: [`Contact: <${alive.contact}>;q=0.1`] });
    await alice.request("INVITE", bobAor);
    await alive.takeRequest("INVITE");
  });

  test("two devices that answer at the same moment both count", async () => {
    const network = createNetwork();
    const [alice, desk, mobile] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("bob"),
    ];
    await alice.request("INVITE", bobAor);
    const [first, second] = [await desk.takeRequest("INVITE"), await mobile.takeRequest("INVITE")];
    await Promise.all([desk.answer(first, 486), mobile.answer(second, 404)]);
    expect(alice.inbox.titles().slice(-2)).toEqual(["100 INVITE", "404 INVITE"]);
  });
});
