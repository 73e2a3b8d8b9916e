// Every sent text is SIP to two parsers, the server's own and a strict one, and the parts that the server wrote contain
// no injected text.
import { unlimited } from "../../../../lib/sip/syntax/limits.ts";
import { readEssentials } from "../../../../lib/sip/syntax/essentials.ts";
import { parseMessage } from "../../../../lib/sip/syntax/parse.ts";
import { partsOf } from "../../conformance/faults/edit.ts";
import { type Oracle, type Reading, type SentReading, shown } from "./oracle.ts";
import { faultIn } from "./strict.ts";

const PONG = "\r\n";

/** None of these is legal in a field (RFC 3261 §25.1), except in fields that the server passes on. */
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

/** A written message may exceed the limit for a received one, because the server adds headers. */

export function createWireOracle(): Oracle {
  const heard = new Set<string>();

  function judge({ text, message }: SentReading, reading: Reading): string | undefined {
    if (text === PONG) return undefined;
    if (message === undefined) return "no SIP";
    const parsed = parseMessage(text, unlimited);
    if (!parsed.ok) return `our parser refuses it: ${parsed.problem.reason}`;
    const isRefusal = message.kind === "response" && [400, 505, 513].includes(message.status);
    const read = readEssentials(parsed.message);
    if (!read.ok && !isRefusal) return `our reader refuses it: ${read.reason}`;
    const fault = faultIn(text, !isRefusal || read.ok);
    if (fault !== undefined) return fault;
    if (CONTROL.test(text.slice(0, text.indexOf("\r\n\r\n")).replaceAll("\r\n", ""))) return madeByUs(text, reading);
    return undefined;
  }

  function madeByUs(text: string, { turn }: Reading): string | undefined {
    if (turn.cause.kind === "message") noteLines(turn.cause.text);
    const line = partsOf(text).lines.find((one) => CONTROL.test(one.replaceAll("\r\n", "")) && !isHeard(one));
    return line === undefined
      ? undefined
      : `a control character in a line that the server wrote: ${JSON.stringify(line)}`;
  }

  /** A list without its first element is the rest of a line; a To has got a tag. */
  function isHeard(line: string): boolean {
    if (heard.has(line)) return true;
    if (!/^(?:via|v|route|from|f|to|t|call-id|i|cseq)[ \t]*:/i.test(line)) return false;
    const value = line
      .slice(line.indexOf(":") + 1)
      .trim()
      .replace(/;tag=[\w-]{12}$/, "");
    return [...heard].some((one) =>
      one
        .replace(/\r\n[ \t]+/g, " ")
        .replaceAll("\0", "")
        .includes(value.replaceAll("\0", "")),
    );
  }

  function noteLines(text: string): void {
    for (const line of partsOf(text).lines) if (CONTROL.test(line)) heard.add(line);
  }

  return {
    name: "every sent text is SIP",
    turn(reading) {
      const { turn, sent } = reading;
      if (turn.cause.kind === "message" && CONTROL.test(turn.cause.text.replaceAll("\r\n", "")))
        noteLines(turn.cause.text);
      for (const one of sent) {
        const fault = judge(one, reading);
        if (fault !== undefined) return `${fault}: ${shown(one.text)}`;
      }
      const { breakdown } = turn;
      const fault = breakdown === undefined ? undefined : faultIn(breakdown, true);
      return fault === undefined ? undefined : `an answer to a breakdown: ${fault}: ${shown(breakdown ?? "")}`;
    },
  };
}
