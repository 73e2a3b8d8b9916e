// Every readable request but ACK gets one final response or is forwarded; the sender of an INVITE that stays connected
// gets exactly one final response.
import { callIdOf, type SipMessage, valueOf, valuesOf } from "../../conformance/sip/message.ts";
import { type Oracle, type Reading, shown } from "./oracle.ts";
import { faultIn } from "./strict.ts";

/**
 * Simple forms that every element must be able to read: narrower than the grammar, so a refusal to read them is a
 * fault.
 */
const VIA = /^SIP\/2\.0\/\w+ [\w.-]*\w(?:;[\w-]+(?:=[\w.-]+)?)*$/;
const ADDRESS = /^(?:"[\w ]*" )?<sips?:[\w.+-]+@[\w-]+(?:\.[\w-]+)*>(?:;tag=[\w.-]+)?$/;
const CALL_ID = /^[\w.@-]{1,200}$/;
const URI = /^sips?:[\w.+-]+(?:@[\w-]+(?:\.[\w-]+)*)?(?:;[\w-]+(?:=[\w:.-]+)?)*$/;

interface Heard {
  readonly finals: Set<string>;
  /** How often it was sent, in any form. */
  sent: number;
  /** The server sent 100, and so has to end the transaction. */
  isTakenOn: boolean;
  readonly flow: string;
}

export function createAnswersOracle(): Oracle {
  const transactions = new Map<string, Heard>();

  function judge(reading: Reading): string | undefined {
    const { turn, received, sent } = reading;
    if (turn.cause.kind !== "message") return undefined;
    const { flow, text } = turn.cause;
    if (received === undefined) noteUnreadable(text, flow.name);
    if (received?.kind !== "request" || received.method === "ACK") return undefined;
    const isAgain = noteRequest(received, flow.name);
    const answers = sent.filter(({ to, message }) => to === flow && isFinalTo(message, received));
    if (answers.length > 1) return `answered ${answers.length} times: ${shown(text)}`;
    if (answers.length > 0 || isAgain || !isReadable(text, received)) return undefined;
    // Its sender has come back on another connection without a registration, and so has its recipient.
    if (
      turn.work.posts > sent.filter(({ how }) => how === "post").length &&
      received.fields.some(({ name }) => name === "route")
    )
      return undefined;
    const isForwarded = sent.some(
      ({ message }) => message?.kind === "request" && callIdOf(message) === callIdOf(received),
    );
    return isForwarded ? undefined : `neither answered nor forwarded: ${shown(text)}`;
  }

  /** The response repeats Call-ID and CSeq, even if other parts of the request are malformed. */
  function noteUnreadable(text: string, flow: string): void {
    const [callId, cseq] = [/^(?:Call-ID|i)\s*:\s*(.*)\r$/im, /^CSeq\s*:\s*(.*)\r$/im].map((of) =>
      of.exec(text)?.[1]?.trim(),
    );
    noteTransaction(`${callId ?? ""} ${cseq ?? ""}`, flow);
  }

  function noteRequest(request: SipMessage, flow: string): boolean {
    return noteTransaction(transactionOf(request), flow);
  }

  /** Whether it was received before. */
  function noteTransaction(transaction: string, flow: string): boolean {
    const heard = transactions.get(transaction) ?? { finals: new Set<string>(), sent: 0, isTakenOn: false, flow };
    heard.sent += 1;
    transactions.set(transaction, heard);
    return heard.sent > 1;
  }

  function noteAnswers({ turn, received, sent }: Reading): string | undefined {
    for (const { message, to } of sent) {
      if (message?.kind !== "response" || message.method !== "INVITE") continue;
      const heard = transactions.get(transactionOf(message));
      if (heard === undefined || heard.flow !== to.name) continue;
      const isOurs = turn.cause.kind === "message" && turn.cause.flow === to && received?.kind === "request";
      if (message.status === 100 && isOurs) heard.isTakenOn = true;
      if (message.status < 200 || !heard.isTakenOn || heard.sent > 1) continue;
      const verdict = message.status < 300 ? "2xx" : `${message.status} ${valueOf(message, "to")}`;
      if (verdict !== "2xx" && heard.finals.has("2xx")) return `${verdict} after a 2xx`;
      heard.finals.add(verdict);
      const refusals = [...heard.finals].filter((one) => one !== "2xx");
      if (refusals.length > 1) return `two verdicts: ${refusals.join(" and ")}`;
    }
    return undefined;
  }

  return {
    name: "one verdict for each request",
    turn: (reading) => judge(reading) ?? noteAnswers(reading),
    end({ flows }) {
      const silent = [...transactions].find(
        ([, { finals, isTakenOn, sent, flow }]) => isTakenOn && sent === 1 && finals.size === 0 && flows.has(flow),
      );
      return silent === undefined ? undefined : `an INVITE never got a final answer: ${silent[0]}`;
    },
  };
}

/** As the response will repeat it. */
function transactionOf(message: SipMessage): string {
  return `${callIdOf(message)} ${valueOf(message, "cseq")}`;
}

function isFinalTo(message: SipMessage | undefined, request: SipMessage): boolean {
  if (message?.kind !== "response" || message.status < 200) return false;
  const isSame = callIdOf(message) === "" || callIdOf(message) === callIdOf(request); // the cause of the refusal may come first
  return isSame && valueOf(message, "cseq") === valueOf(request, "cseq");
}

function isReadable(text: string, request: SipMessage): boolean {
  if (request.kind !== "request" || !URI.test(request.uri) || faultIn(text, true) !== undefined) return false;
  if (text.length > 100_000 || request.fields.length > 200 || request.fields.some(({ value }) => value.length > 8000))
    return false;
  if (request.fields.some(({ value }) => /[\0\x7f]/.test(value))) return false;
  if (Number(valueOf(request, "max-forwards")) > 255 || !/^\d{1,9} /.test(valueOf(request, "cseq"))) return false;
  return (
    valuesOf(request, "via").every((via) => VIA.test(via)) &&
    ADDRESS.test(valueOf(request, "from")) &&
    ADDRESS.test(valueOf(request, "to")) &&
    CALL_ID.test(callIdOf(request))
  );
}
