import { describe, expect, test } from "@jest/globals";
import { callsIn } from "../../../lib/operations/calls.ts";
import { ladderOf } from "../../../lib/operations/ladder/ladder.ts";
import { hepLadder } from "../../../lib/operations/ladder/hep.ts";
import { mermaidLadder } from "../../../lib/operations/ladder/mermaid.ts";
import { pcapLadder } from "../../../lib/operations/ladder/pcap.ts";
import { svgLadder } from "../../../lib/operations/ladder/svg.ts";
import { terminalLadder } from "../../../lib/operations/ladder/terminal.ts";
import { readLine } from "../../../lib/operations/line.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";
import { INSTANCE, push, pushUri } from "../../requirements/rfc8599/sleeping-phone.ts";
import { ladderIn, linesOf } from "./lines.ts";

// Ladders and records of calls that ran on memory: the notes of the network are the lines of the log.

const HOSTILE = '<script>alert(1)</script>#;$$ "\u202e\u0007';

describe("a ladder of a call that wakes a phone", () => {
  const phone = { instance: INSTANCE, uriParameters: pushUri() };

  test("says in each picture that the call waits, before the phone has come and rings", async () => {
    const network = createNetwork({ push });
    const alice = await network.online("alice");
    await (await network.online("bob", phone)).close();
    const { callId } = await alice.request("INVITE", `sip:bob@${DOMAIN}`);
    const back = await network.online("bob", phone);
    await back.answer(await back.takeRequest("INVITE"), 180);
    const ladder = ladderIn(network, callId);
    const waits = `push to bob@${DOMAIN}: the call waits for its phone (wake-up)`;
    const steps = ladder.steps.map((step) => (step.kind === "note" ? step.text : step.title));
    expect(steps.indexOf(waits)).toBeGreaterThan(steps.indexOf("INVITE"));
    expect(steps.indexOf(waits)).toBeLessThan(steps.indexOf("180 INVITE"));
    for (const picture of [svgLadder(ladder), mermaidLadder(ladder), terminalLadder(ladder, { color: false })]) {
      expect(picture).toContain(waits);
    }
  });

  test("says that a push was put off, and that one ends the ringing", async () => {
    const network = createNetwork({ push });
    const alice = await network.online("alice");
    await (await network.online("bob", phone)).close();
    network.pushes.fail({ retryAfterSeconds: 5 });
    const sent = await alice.request("INVITE", `sip:bob@${DOMAIN}`);
    await alice.request("CANCEL", `sip:bob@${DOMAIN}`, sent);
    const { steps } = ladderIn(network, sent.callId);
    const notes = steps.flatMap((step) => (step.kind === "note" ? [step.text] : []));
    expect(notes).toContain("The push service asks for a later attempt.");
    expect(notes).toContain(`push to bob@${DOMAIN}: the phone stops ringing`);
  });
});

describe("a ladder", () => {
  test("has a party for each phone that was rung, and marks a repeated message", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob");
    await network.online("bob");
    const sent = await alice.request("INVITE", `sip:bob@${DOMAIN}`);
    await alice.send(sent.text);
    const { parties, steps } = ladderIn(network, sent.callId);
    expect(parties.map(({ label }) => label)).toEqual([
      "alice@example.com",
      "server",
      "bob@example.com",
      "bob@example.com #2",
    ]);
    const invites = steps.filter((step) => step.kind === "arrow" && step.title === "INVITE" && step.from === 0);
    expect(invites).toMatchObject([{ isRepeated: false }, { isRepeated: true }]);
  });

  test("finds a phone again on its new connection, by the address that its request is from", () => {
    const sip = { call_id: "c", cseq: { code: 1 }, from: { uri: { original: "sip:alice@a" } } };
    const line = (at: number, fields: object) => readLine(at, JSON.stringify({ message: "x", ...fields }));
    const lines = [
      line(1, {
        flow: "A1",
        sip: { ...sip, method: "INVITE", to: { uri: { original: "sip:bob@a" } } },
        sent: ["INVITE > B1"],
      }),
      line(2, { flow: "A2", sip: { ...sip, method: "BYE" }, sent: ["BYE > B1"] }),
    ];
    const ladder = ladderOf(lines.filter((one) => one !== undefined));
    expect(ladder?.parties.map(({ flows }) => flows)).toEqual([["A1", "A2"], [], ["B1"]]);
  });
});

test("a message stands before the answer to it, though the line of its longer invocation was written later", () => {
  const line = (at: number, ms: number, fields: object) =>
    readLine(at, JSON.stringify({ message: "x", ms, ...fields }));
  const sip = { call_id: "c", cseq: { code: 1 } };
  const lines = [
    line(30, 5, { message: "180 INVITE", flow: "B", sip: { ...sip, code: 180 }, sent: ["180 INVITE > A"] }),
    line(40, 30, { message: "INVITE sip:bob@a", flow: "A", sip: { ...sip, method: "INVITE" }, sent: ["INVITE > B"] }),
  ];
  const ladder = ladderOf(lines.filter((one) => one !== undefined));
  const titles = ladder?.steps.map((step) => (step.kind === "arrow" ? step.title : step.text));
  expect(titles).toEqual(["INVITE", "INVITE", "180 INVITE", "180 INVITE"]);
});

describe("hostile text in a ladder", () => {
  const ladder = {
    calls: [1, 2].map((from) => ({ callId: HOSTILE, caller: HOSTILE, called: HOSTILE, from })),
    parties: [HOSTILE, "server", HOSTILE].map((label) => ({ label, flows: [] })),
    steps: [
      { kind: "arrow", at: 1, from: 0, to: 1, title: HOSTILE, cseq: 1, isRepeated: false, call: 1 },
      { kind: "note", at: 2, text: HOSTILE },
    ],
  } as const;

  test("is escaped on the terminal", () => {
    expect(terminalLadder(ladder, { color: false })).not.toMatch(/[\u0007\u202e]/);
  });

  test("is escaped in Mermaid, where # and ; would end the text", () => {
    const diagram = mermaidLadder(ladder);
    expect(diagram).toContain("#35;#59;#36;#36;");
    expect(diagram.replace(/#\d+;/g, "")).not.toMatch(/[#;\u0007]/);
  });

  test("is escaped in SVG", () => {
    expect(svgLadder(ladder)).not.toMatch(/<script|[\u0007]/);
  });

  test("does not end a header of a rebuilt message", () => {
    const call = { callId: "a\r\nX-Injected: 1", caller: "a", called: "b", from: 0 };
    const text = pcapLadder({ ...ladder, calls: [call, call] }).toString("latin1");
    expect(text).not.toContain("\nX-Injected");
  });
});

describe("the record of a call", () => {
  test("that was cancelled names who cancelled, and 487", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bob.aor);
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    await alice.request("CANCEL", bob.aor, sent);
    await bob.answer(await bob.takeRequest("CANCEL"), 200);
    await bob.answer(invite, 487);
    expect(callsIn(linesOf(network))).toMatchObject([{ state: "failed", status: 487, endedBy: alice.aor }]);
  });

  test("goes on after the challenge of its INVITE", async () => {
    const network = createNetwork();
    await network.online("bob");
    const alice = network.phone("alice");
    await alice.online();
    const challenged = network.phone("alice");
    const sent = await challenged.request("INVITE", `sip:bob@${DOMAIN}`, { callId: "c1" });
    const response = await challenged.takeResponse(407, "INVITE");
    const lines = [challenged.credentials(response, sent)];
    await challenged.request("INVITE", `sip:bob@${DOMAIN}`, { callId: "c1", lines });
    expect(callsIn(linesOf(network)).filter(({ callId }) => callId === "c1")).toMatchObject([
      { state: "ringing", devices: 1 },
    ]);
  });
});

describe("HEP3", () => {
  /** The chunks of a packet by type, read by their lengths. */
  function chunksOf(packet: Buffer): ReadonlyMap<number, Buffer> {
    expect([packet.toString("latin1", 0, 4), packet.readUInt16BE(4)]).toEqual(["HEP3", packet.length]);
    const chunks = new Map<number, Buffer>();
    for (let at = 6; at < packet.length; at += packet.readUInt16BE(at + 4)) {
      chunks.set(packet.readUInt16BE(at + 2), packet.subarray(at + 6, at + packet.readUInt16BE(at + 4)));
    }
    return chunks;
  }

  test("has a packet for each message, with its time, its ends, the Call-ID and the octets of the message", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob");
    const { callId } = await alice.request("INVITE", `sip:bob@${DOMAIN}`, { callId: "c-é" });
    const ladder = ladderIn(network, callId);
    const packets = hepLadder(ladder).map(chunksOf);
    expect(packets.map((chunks) => chunks.get(15)?.toString().split(" SIP")[0])).toEqual([
      `INVITE sip:bob@${DOMAIN}`,
      "SIP/2.0 100 Trying\r\nVia:",
      `INVITE sip:bob@${DOMAIN}`,
    ]);
    const [invite] = packets;
    const at = ladder.steps[0]?.at ?? 0;
    expect(invite?.get(9)?.readUInt32BE()).toBe(Math.floor(at / 1000));
    expect(invite?.get(10)?.readUInt32BE()).toBe((at % 1000) * 1000);
    expect([...(invite?.get(3) ?? []), ...(invite?.get(4) ?? [])]).toEqual([192, 0, 2, 10, 203, 0, 113, 1]);
    expect([invite?.get(7), invite?.get(8)].map((port) => port?.readUInt16BE())).toEqual([5060, 5060]);
    expect([invite?.get(17), invite?.get(19)].map(String)).toEqual(["c-é", "sip-serverless"]);
    expect([invite?.get(1), invite?.get(2), invite?.get(11)].map((chunk) => chunk?.[0])).toEqual([2, 17, 1]);
  });
});
