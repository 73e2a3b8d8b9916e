import { describe, expect, test } from "@jest/globals";
import { ladderOf } from "../../../lib/operations/ladder/ladder.ts";
import { mermaidLadder } from "../../../lib/operations/ladder/mermaid.ts";
import { pcapLadder } from "../../../lib/operations/ladder/pcap.ts";
import { terminalLadder } from "../../../lib/operations/ladder/terminal.ts";
import { type LogLine, readLine } from "../../../lib/operations/line.ts";
import { transferGroup } from "../../../lib/operations/transfers.ts";
import { subjectOf } from "../../../lib/signaling/log-line.ts";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN, type Network } from "../../support/phone/network.ts";

const AT = 1_800_000_000_000;

function linesOf({ notes }: Network): readonly LogLine[] {
  return notes.flatMap(({ event, fields }, index) => {
    const line = readLine(AT + index * 7, JSON.stringify({ message: event, ...fields }));
    return line === undefined ? [] : [line];
  });
}

const ladderIn = (lines: readonly LogLine[], callIds: readonly string[]) => {
  const ladder = ladderOf(lines.filter(({ callId }) => callId !== undefined && callIds.includes(callId)));
  if (ladder === undefined) throw new Error("no ladder");
  return ladder;
};

/** Alice talks to Bob, and refers him to Carol. @param consults she talks to Carol first, and Bob takes that call over */
async function aTransfer(consults: boolean) {
  const network = createNetwork();
  const [alice, bob, carol] = [
    await network.online("alice"),
    await network.online("bob"),
    await network.online("carol"),
  ];
  const first = await establish(alice, bob);
  const consultation = consults ? await establish(alice, carol) : undefined;
  const other = await establish(carol, alice);
  const tags = consultation && `${consultation.invite.callId};to-tag=carol-tag;from-tag=${consultation.invite.fromTag}`;
  const asked = tags === undefined ? "" : `?Replaces=${encodeURIComponent(tags)}`;
  await alice.inDialog("REFER", first.caller, {
    lines: [`Refer-To: <sip:carol@${DOMAIN}${asked}>`, `Contact: <${alice.contact}>`],
  });
  await bob.answer(await bob.takeRequest("REFER"), 202);
  const lines = tags === undefined ? [] : [`Replaces: ${tags}`];
  const invite = await bob.request("INVITE", `sip:carol@${DOMAIN}`, { lines });
  await carol.answer(await carol.takeRequest("INVITE"), 200);
  await bob.takeFinal("INVITE");
  const callIds = [first.invite.callId, ...(consultation ? [consultation.invite.callId] : []), invite.callId];
  return { lines: linesOf(network), callIds, other: other.invite.callId };
}

describe.each([
  ["an attended transfer", true],
  ["a blind transfer", false],
])("%s", (_name, consults) => {
  test("connects its calls, from whichever of them, and no other call of its phones", async () => {
    const { lines, callIds, other } = await aTransfer(consults);
    for (const callId of callIds) expect(transferGroup(callId, lines).toSorted()).toEqual(callIds.toSorted());
    expect(transferGroup(other, lines)).toEqual([other]);
  });

  test("is one ladder with a party for each phone", async () => {
    const { lines, callIds } = await aTransfer(consults);
    const { calls, parties } = ladderIn(lines, callIds);
    expect(calls.map(({ callId }) => callId)).toEqual(callIds);
    expect(parties.map(({ label }) => label)).toEqual([
      "alice@example.com",
      "server",
      "bob@example.com",
      "carol@example.com",
    ]);
    expect(calls.at(-1)).toMatchObject({ caller: "bob@example.com", called: "carol@example.com", from: 2 });
  });
});

describe("the pictures of a transfer", () => {
  test("number the calls, and name the Call-ID of each", async () => {
    const { lines, callIds } = await aTransfer(false);
    const ladder = ladderIn(lines, callIds);
    const text = terminalLadder(ladder, { color: false });
    expect(text).toContain(`[1] Call-ID ${callIds[0]}  alice@example.com to bob@example.com\n`);
    expect(text).toContain(`[2] Call-ID ${callIds[1]}  bob@example.com to carol@example.com\n`);
    expect(text).toMatch(/REFER \[1\].*\n(?:.*\n)*.*INVITE \[2\]/);
    expect(mermaidLadder(ladder)).toContain("INVITE [2]");
  });

  test("a capture has each message with its own Call-ID, and that of the first call for viewers", async () => {
    const { lines, callIds } = await aTransfer(false);
    const [first = "", second = ""] = callIds;
    const messages = pcapLadder(ladderIn(lines, callIds)).toString("latin1").split("Via: ").slice(1);
    const ofSecond = messages.filter((message) => message.includes(`\r\nCall-ID: ${second}\r\n`));
    expect(ofSecond.length).toBeGreaterThan(3);
    for (const message of ofSecond) expect(message).toContain(`X-Call-ID: ${first}\r\n`);
    for (const message of messages.filter((one) => !ofSecond.includes(one))) expect(message).not.toContain("X-Call-ID");
  });
});

describe("the line of a REFER or an INVITE with Replaces", () => {
  const fieldsOf = (method: string, line: string) => {
    const rest = [
      "Via: SIP/2.0/WSS x",
      "To: <sip:a@b>;tag=1",
      "From: <sip:a@b>;tag=2",
      "Call-ID: c",
      `CSeq: 1 ${method}`,
    ];
    const text = [`${method} sip:a@b SIP/2.0`, ...rest, "Max-Forwards: 70", line, "Content-Length: 0", "", ""].join(
      "\r\n",
    );
    const { transferTo, replaces } = subjectOf({ flow: "F", text, source: "192.0.2.1", connectedAt: 0 }).fields;
    return [transferTo, replaces];
  };

  test.each([
    ["REFER", "Refer-To: <sip:carol:secret@b;gr=x?Replaces=a%40b%3Bto-tag%3D1>", ["sip:carol@b", "a@b"]],
    ["REFER", "Refer-To: sip:carol@b", ["sip:carol@b", undefined]],
    ["REFER", "r: <sip:carol@b?Replaces=%ff>", ["sip:carol@b", undefined]],
    ["REFER", "r: <sip:carol@b?Replaces=%zz>", [undefined, undefined]],
    ["REFER", "Refer-To: <<", [undefined, undefined]],
    ["INVITE", "Replaces: a@b;to-tag=1;from-tag=2", [undefined, "a@b"]],
    ["INVITE", "Replaces: a b", [undefined, undefined]],
    ["INVITE", "Refer-To: <sip:carol@b>", [undefined, undefined]],
    ["BYE", "Replaces: a@b;to-tag=1;from-tag=2", [undefined, undefined]],
  ])("%s with %s", (method, line, expected) => {
    expect(fieldsOf(method, line)).toEqual(expected);
  });
});

test("a call to the target of a REFER later than a minute is a call of its own", () => {
  const refer = { flow: "A", sip: { method: "REFER", call_id: "1" }, transferTo: "sip:carol@a", sent: ["REFER > B"] };
  const invite = { flow: "B", sip: { method: "INVITE", call_id: "2", to: { uri: { original: "sip:carol@a" } } } };
  const lines = (wait: number) => [lineAt(AT, refer), lineAt(AT + wait, invite)];
  expect(transferGroup("1", lines(60_000))).toEqual(["1", "2"]);
  expect(transferGroup("1", lines(60_001))).toEqual(["1"]);
});

test("a ladder follows a call over the new connections of both phones to a BYE hours later", () => {
  const HOUR = 3_600_000;
  const uri = (original: string) => ({ uri: { original } });
  const request = (method: string, from: string, more = {}) => ({
    sip: { call_id: "c", method, cseq: { code: 1 }, from: uri(from), ...more },
  });
  const answer = (code: number, method: string) => ({ sip: { call_id: "c", code, cseq: { code: 1, method } } });
  const lines = [
    lineAt(AT, {
      flow: "A1",
      message: "INVITE sip:bob@a",
      ...request("INVITE", "sip:alice@a", { to: uri("sip:bob@a") }),
      sent: ["INVITE > B1", "INVITE > C1"],
    }),
    lineAt(AT + 1, { flow: "C1", message: "200 INVITE", ...answer(200, "INVITE"), sent: ["200 INVITE > A1"] }),
    lineAt(AT + 2, { flow: "A1", message: "ACK", ...request("ACK", "sip:alice@a"), sent: ["ACK > C1"] }),
    // Both phones have reconnected: the caller is found by its address, the phone that answered by its place in the call.
    lineAt(AT + HOUR, { flow: "A2", message: "INFO", ...request("INFO", "sip:alice@a"), sent: ["INFO > C2"] }),
    lineAt(AT + HOUR + 1, { flow: "C2", message: "200 INFO", ...answer(200, "INFO"), sent: ["200 INFO > A2"] }),
    // Again, and now the phone that answered speaks first.
    lineAt(AT + 5 * HOUR, { flow: "C3", message: "BYE", ...request("BYE", "sip:bob@a"), sent: ["BYE > A3"] }),
    lineAt(AT + 5 * HOUR + 1, { flow: "A4", message: "200 BYE", ...answer(200, "BYE"), sent: ["200 BYE > C3"] }),
  ];
  const { parties } = ladderIn(lines, ["c"]);
  expect(parties).toEqual([
    { label: "alice@a", flows: ["A1", "A2", "A3", "A4"] },
    { label: "server", flows: [] },
    { label: "bob@a", flows: ["B1"] },
    { label: "bob@a #2", flows: ["C1", "C2", "C3"] },
  ]);
});

function lineAt(at: number, fields: object): LogLine {
  const line = readLine(at, JSON.stringify({ message: "x", ...fields }));
  if (line === undefined) throw new Error("no line");
  return line;
}
