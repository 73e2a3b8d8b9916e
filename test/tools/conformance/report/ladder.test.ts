import { expect, test } from "@jest/globals";
import type { TraceEvent } from "../lab/trace.ts";
import { ladderOf, wireOf } from "./ladder.ts";

const invite = "INVITE sip:bob@example.com SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n";
const events: readonly TraceEvent[] = [
  { at: 0, who: "alice", direction: "sent", text: invite },
  { at: 12, who: "bob", direction: "received", text: invite.replace("example.com", "b.invalid") },
  { at: 20, who: "alice", direction: "received", text: "SIP/2.0 100 Trying\r\nCSeq: 1 INVITE\r\n\r\n" },
  { at: 30, who: "bob", direction: "note", text: "connection closed, code 1006" },
];

test("a column per phone, the server at the right, an arrow per message", () => {
  expect(ladderOf(events)).toEqual([
    "     ms alice       bob         server",
    "      0   |-----------|---------->|  1: INVITE sip:bob@example.com SIP/2.0",
    "     12   |           |<----------|  2: INVITE sip:bob@b.invalid SIP/2.0",
    "     20   |<----------|-----------|  3: SIP/2.0 100 Trying (INVITE)",
    "     30   |           *           |  connection closed, code 1006",
  ]);
});

test("the messages stand below in full, without control characters", () => {
  expect(wireOf([{ at: 0, who: "a", direction: "sent", text: "\0\u0007x\tÄ\r\ny" }])).toEqual([
    "1: a sent",
    "\\x00\\x07x\tÄ",
    "y",
    "",
  ]);
});
