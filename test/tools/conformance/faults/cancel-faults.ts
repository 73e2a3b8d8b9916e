// Wrong servers: CANCEL.
import { callIdOf, listOf, readMessage, valueOf } from "../sip/message.ts";
import { answer, asRequest, asResponse, mapHeader, nameOf, partsOf, withList } from "./edit.ts";
import type { Fault } from "./faulty-server.ts";
import { misforwards, swallows, withholds } from "./kinds.ts";
import { isInDialog, never, rememberInvite, toOthers } from "./traffic.ts";

/** The CANCEL a proxy would send for a request it forwarded. */
function cancelFor(text: string): string {
  const message = readMessage(text);
  const cseq = Number.parseInt(message === undefined ? "0" : valueOf(message, "cseq"), 10);
  const head = partsOf(text);
  const kept = head.lines.filter((line) => ["from", "to", "call-id"].includes(nameOf(line)));
  const via = message === undefined ? "" : (listOf(message, "via")[0] ?? "");
  return [
    head.start.replace(/^\S+/, "CANCEL"),
    `Via: ${via}`,
    ...kept,
    `CSeq: ${cseq} CANCEL`,
    "Max-Forwards: 70",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

export const cancelFaults: readonly Fault[] = [
  swallows("swallows-cancel", "swallows CANCEL", (text) => text.startsWith("CANCEL ")),
  swallows(
    "swallows-in-dialog-cancel",
    "swallows CANCEL within a call",
    (text) => text.startsWith("CANCEL ") && isInDialog(readMessage(text)),
  ),
  {
    name: "cancels-for-the-phone",
    title: "answers 487 itself as soon as a CANCEL comes",
    fromPhone(text, wire) {
      const cancel = asRequest(text, "CANCEL");
      if (cancel !== undefined)
        wire.reply(mapHeader(answer(cancel, 487), "cseq", (value) => value.replace("CANCEL", "INVITE")));
      return [text];
    },
  },
  misforwards(
    "new-cancel-branch",
    "sends CANCEL with a branch of its own",
    (text) => text.replace(/branch=z9hG4bK/, "branch=z9hG4bKnew"),
    "CANCEL",
  ),
  {
    name: "eager-cancel",
    title: "forwards every CANCEL at once, regardless of its sender and its INVITE",
    fromPhone(text, wire) {
      const cancel = asRequest(text, "CANCEL");
      for (const other of cancel === undefined ? [] : [wire, ...wire.others()]) {
        const request = other.own.get(`request ${callIdOf(cancel ?? never())}`);
        if (request !== undefined) other.reply(cancelFor(request));
      }
      return [text];
    },
    toPhone(text, wire) {
      rememberInvite(text, wire);
      return [text];
    },
  },
  swallows("deaf-to-100", "does not hear the 100 of a phone", (text) => text.startsWith("SIP/2.0 100")),
  {
    name: "cancel-is-final",
    title: "swallows a 2xx after a CANCEL",
    fromPhone(text, wire) {
      const request = asRequest(text, "CANCEL");
      if (request !== undefined)
        for (const one of [wire, ...wire.others()]) one.own.set(`cancelled ${callIdOf(request)}`, "");
      const response = asResponse(text, "INVITE", "MESSAGE");
      const isLate = response?.status === 200 && wire.own.has(`cancelled ${callIdOf(response)}`);
      return isLate ? [] : [text];
    },
  },
  {
    name: "one-cancel",
    title: "answers the first CANCEL of a call only, and cancels one phone only",
    fromPhone(text, wire) {
      const cancel = asRequest(text, "CANCEL");
      if (cancel === undefined) return [text];
      const isSecond = wire.own.has("cancel");
      wire.own.set("cancel", "");
      return isSecond ? [] : [text];
    },
    toPhone(text, wire) {
      if (asRequest(text, "CANCEL") === undefined) return [text];
      const isSecond = wire.shared.has("cancel");
      wire.shared.set("cancel", "");
      return isSecond ? [] : [text];
    },
  },
  {
    name: "cancel-end-to-end",
    title: "forwards the phone's answer to CANCEL",
    fromPhone(text, wire) {
      const cancel = asRequest(text, "CANCEL");
      if (cancel !== undefined) wire.shared.set("cancel via", valueOf(cancel, "via"));
      if (asResponse(text, "CANCEL") !== undefined)
        toOthers(
          withList(text, "via", () => [wire.shared.get("cancel via") ?? ""]),
          wire,
        );
      return [text];
    },
  },
  withholds("no-cancel-down", "sends no CANCEL to phones", (text) => text.startsWith("CANCEL ")),
];
