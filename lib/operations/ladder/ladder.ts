// A call, or the calls that a transfer connects, as a ladder: the parties, and the messages between them and the server, in the
// order of the log. Shared by the pictures in this folder.
import { withoutScheme } from "../address.ts";
import type { LogLine, SentPush } from "../line.ts";
import { type HttpMessage, httpMessageIn, isHttpFlow } from "./http-leg.ts";
import { createParties, type Parties, type Party, SERVER } from "./parties.ts";

export interface Arrow {
  readonly kind: "arrow";
  readonly at: number;
  /** Indices of parties. */
  readonly from: number;
  readonly to: number;
  /** `INVITE`, `180 INVITE` */
  readonly title: string;
  readonly cseq: number | undefined;
  /** The same message was there before. */
  readonly isRepeated: boolean;
  /** Index of its call. */
  readonly call: number;
  /** The endpoint, if it is a message of HTTP. */
  readonly host?: string;
}

/** A decision of the server without a message, or the reason for one. */
export interface Note {
  readonly kind: "note";
  readonly at: number;
  readonly text: string;
}

export interface LadderCall {
  readonly callId: string;
  /** Addresses of the INVITE. */
  readonly caller: string;
  readonly called: string;
  /** Index of the party that called. */
  readonly from: number;
}

export interface Ladder {
  /** One, or those of a transfer in the order of their first messages. */
  readonly calls: readonly LadderCall[];
  readonly parties: readonly Party[];
  readonly steps: readonly (Arrow | Note)[];
}

/** A call while its lines are drawn. */
interface Drawn extends LadderCall {
  readonly index: number;
  /** The party that answered last. */
  answerer: number | undefined;
}

/** Undefined without a line of a message. @param lines of one call, or of the calls of a transfer */
export function ladderOf(lines: readonly LogLine[]): Ladder | undefined {
  const sorted = lines.filter(({ callId }) => callId !== undefined).toSorted((one, other) => one.at - other.at);
  const parties = createParties();
  const calls = new Map<string, Drawn>();
  const seen = new Set<string>();
  const steps: (Arrow | Note)[] = [];
  for (const line of sorted) {
    const { at, callId = "", cseq, flow, method, code, httpStatus } = line;
    const call = calls.get(callId) ?? begin(callId, sorted, parties, calls);
    const title = line.message.split(" sip:", 1)[0] ?? "";
    const arrow = (from: number, to: number, name: string, host?: string) => {
      const key = [callId, from, to, name, cseq, line.branch].join(" ");
      const isRepeated = seen.has(key);
      steps.push({
        kind: "arrow",
        at,
        from,
        to,
        title: name,
        cseq,
        isRepeated,
        call: call.index,
        ...(host && { host }),
      });
      seen.add(key);
    };
    const answer = httpStatus === undefined ? undefined : httpMessageIn({ title, flow: flow ?? "" });
    const isSip = flow !== undefined && !isHttpFlow(flow) && (method ?? code) !== undefined;
    const sender = isSip ? senderOf(line, call, parties) : undefined;
    if (answer !== undefined) arrow(endpointOf(answer, parties), SERVER, answer.title, answer.host);
    else if (sender !== undefined) {
      arrow(sender, SERVER, title);
      if (line.answers === "INVITE" && code !== undefined && code >= 200 && code < 300) call.answerer = sender;
    } else if (line.reason === undefined) steps.push({ kind: "note", at, text: title });
    const text = noteOf(line);
    if (text !== "") steps.push({ kind: "note", at, text });
    for (const push of line.pushed ?? []) steps.push({ kind: "note", at, text: pushNote(push) });
    for (const sent of line.sent) {
      const asked = httpMessageIn(sent);
      if (asked !== undefined) arrow(SERVER, endpointOf(asked, parties), asked.title, asked.host);
      else if (!isHttpFlow(sent.flow)) arrow(SERVER, receiverOf(sent.flow, line, sender, call, parties), sent.title);
    }
  }
  if (calls.size === 0) return undefined;
  const found = [...calls.values()].map(({ index: _index, answerer: _answerer, ...call }) => call);
  return { calls: found, parties: parties.all(), steps };
}

/** The first message of a call names its addresses; the line of a timer may come before it. */
function begin(callId: string, sorted: readonly LogLine[], parties: Parties, calls: Map<string, Drawn>): Drawn {
  const own = sorted.filter((line) => line.callId === callId);
  const first = own.find(({ flow, method }) => flow !== undefined && method !== undefined) ?? own[0];
  const [caller, called] = [withoutScheme(first?.from ?? ""), withoutScheme(first?.to ?? "")];
  const from = callerOf(caller === "" ? "caller" : caller, first?.flow, parties);
  const call: Drawn = { callId, caller, called, from, index: calls.size, answerer: undefined };
  calls.set(callId, call);
  return call;
}

function callerOf(name: string, flow: string | undefined, parties: Parties): number {
  const known = parties.find(flow);
  if (known !== undefined) return known;
  const again = parties.find(undefined, name);
  if (again === undefined) return parties.add(name, flow);
  return flow === undefined ? again : parties.move(again, flow);
}

/**
 * The party of a connection that was not seen before: a request names its sender. A response does not; its sender is at the
 * other end of the call than its receiver.
 */
function senderOf({ flow = "", from, sent }: LogLine, call: Drawn, parties: Parties): number {
  const known = parties.find(flow);
  if (known !== undefined) return known;
  const name = withoutScheme(from ?? "");
  const ends = [call.from, call.answerer].filter((end) => end !== undefined);
  const receiver = sent.map((one) => parties.find(one.flow)).find((one) => one !== undefined);
  const end = name === "" ? otherEnd(receiver, call) : ends.find((one) => parties.isNamed(one, name));
  const again = end ?? (name === "" ? undefined : parties.find(undefined, name));
  if (again === undefined) return parties.add(name || call.called || "phone", flow);
  return parties.move(again, flow);
}

/**
 * The party of a connection that a message went to. Within an answered call a connection that was not seen before is the new
 * one of the other end; before, it is another phone.
 */
function receiverOf(flow: string, line: LogLine, sender: number | undefined, call: Drawn, parties: Parties): number {
  const known = parties.find(flow);
  if (known !== undefined) return known;
  const end = line.to === undefined ? otherEnd(sender, call) : undefined;
  return end === undefined ? parties.add(call.called || "phone", flow) : parties.move(end, flow);
}

function otherEnd(party: number | undefined, { from, answerer }: Drawn): number | undefined {
  if (answerer === undefined) return undefined;
  if (party === from) return answerer;
  return party === answerer ? from : undefined;
}

/** The lane of an endpoint: its host, because the rest of its URL may be a secret. */
function endpointOf({ host }: HttpMessage, parties: Parties): number {
  return parties.find(host) ?? parties.add(host, host);
}

/** RFC 8599 §5.6.2: the phone has no connection, so the push is a note of the server. */
function pushNote({ why, to }: SentPush): string {
  const user = withoutScheme(to);
  if (why === "call") return `push to ${user}: the call waits for its phone (wake-up)`;
  if (why === "request") return `push to ${user}: a request of the call waits for its phone`;
  if (why === "refresh") return `push to ${user}: the phone is asked to register again`;
  return why === "stop" ? `push to ${user}: the phone stops ringing` : `push to ${user}: a text waits`;
}

function noteOf({ reason, because, forwarded }: LogLine): string {
  const parts = [because ?? reason ?? "", forwarded === undefined ? "" : `forwarded: ${forwarded}`];
  return parts.filter((part) => part !== "").join(" ");
}

/** The title of an arrow as the pictures show it: with the number of its call, where there are several. */
export function shownTitle({ calls }: Pick<Ladder, "calls">, { title, call }: Arrow): string {
  return calls.length > 1 ? `${title} [${call + 1}]` : title;
}

/** A line for each call: its Call-ID, and its number where there are several. */
export function headingsOf({ calls }: Pick<Ladder, "calls">): readonly string[] {
  if (calls.length === 1) return calls.map(({ callId }) => `Call-ID ${callId}`);
  return calls.map(({ callId, caller, called }, at) => `[${at + 1}] Call-ID ${callId}  ${caller} to ${called}`);
}
