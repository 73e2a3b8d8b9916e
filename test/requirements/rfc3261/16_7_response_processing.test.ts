import { describe, expect, test } from "@jest/globals";
import { header } from "../../../lib/sip/syntax/message.ts";
import { aCall, aFork } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";
import { viasOf } from "../../support/phone/phone.ts";

const bobAor = `sip:bob@${DOMAIN}`;

describe("RFC 3261 §16.7 response processing", () => {
  test("step 3: our Via is removed; the caller sees only its own", async () => {
    const { alice, bob } = await aCall();
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    expect(viasOf(await alice.takeResponse(180, "INVITE"))).toHaveLength(1);
  });

  test("step 5: a 100 is not forwarded", async () => {
    const { alice, bob } = await aCall();
    await bob.answer(await bob.takeRequest("INVITE"), 100);
    expect(alice.inbox.titles().filter((title) => title === "100 INVITE")).toHaveLength(1); // ours
  });

  test("step 5: a second 2xx is forwarded too", async () => {
    const { alice, desk, mobile } = await aFork();
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
    const { alice, desk, mobile } = await aFork();
    await desk.answer(await desk.takeRequest("INVITE"), first);
    await mobile.answer(await mobile.takeRequest("INVITE"), second);
    expect(alice.inbox.titles().slice(-2)).toEqual(["100 INVITE", `${best} INVITE`]);
  });

  test("a refusal with a huge body does not enlarge the row: the response is kept without the body", async () => {
    const { alice, bob } = await aCall();
    await bob.answer(await bob.takeRequest("INVITE"), 488, {
      body: "x".repeat(100_000),
      lines: ["Content-Type: text/x"],
    });
    const refused = await alice.takeFinal("INVITE");
    expect([refused.status, refused.body, header(refused, "content-type")]).toEqual([488, "", undefined]);
  });

  test("step 10: a phone that rings when another answers gets CANCEL with the reason, and its 487 is not forwarded", async () => {
    const { alice, desk, mobile } = await aFork();
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

  test("step 5: a 6xx ends the ringing of all phones", async () => {
    const { alice, desk, mobile } = await aFork();
    const ringing = await mobile.takeRequest("INVITE");
    await mobile.answer(ringing, 180);
    await desk.answer(await desk.takeRequest("INVITE"), 603);
    await mobile.takeRequest("CANCEL");
    await mobile.answer(ringing, 487);
    expect(alice.inbox.titles().at(-1)).toBe("603 INVITE");
  });

  test("the server acknowledges a refusal, hop by hop, with the callee's tag", async () => {
    const { alice, bob } = await aCall();
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
      "with an invented branch",
      (via: string) => via.replace(/branch=z9hG4bK[^;]+/, "branch=z9hG4bKforged.0.AAAAAAAAAAAAAAAAAAAAAA"),
    ],
    ["with another index", (via: string) => via.replace(/\.0\./, ".1.")],
    ["without our Via", (via: string) => via.replace(DOMAIN, "elsewhere.example")],
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

  test("a response from a phone that has no branch of the call is dropped", async () => {
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
