// The calling side of a phone (RFC 3261 §13.2, §17.1.1): one INVITE, and the handling of its responses.
import type { SipResponse } from "../../../../lib/sip/syntax/message.ts";
import { header } from "../../../../lib/sip/syntax/message.ts";
import type { Wire } from "../core/wire.ts";
import type { CallStep } from "../script/script.ts";
import type { Dialogs } from "./dialogs.ts";
import { type Line, TIMER_B } from "./line.ts";
import { addressIn, contactOf, credentials, OFFER, recordRoutes, type RequestText, writeRequest } from "./text.ts";

export interface Caller {
  call(step: CallStep, uri: string): void;
  /** A response to an INVITE of this phone, or to its CANCEL. */
  receive(response: Wire<SipResponse>): void;
}

interface Attempt {
  readonly step: CallStep;
  readonly request: RequestText;
  /** Number of earlier INVITEs of this call. */
  readonly number: number;
  state: "calling" | "proceeding" | "over";
  cancel: "no" | "wanted" | "sent";
  /** To tags that answered 200, each with its ACK, which is sent again for every repetition. */
  readonly answered: Map<string, () => void>;
}

/** Number of challenges answered and redirections followed. */
const MAX_ATTEMPTS = 4;

export function createCaller(line: Line, dialogs: Dialogs): Caller {
  const attempts = new Map<string, Attempt>();

  function invite(
    step: CallStep,
    uri: string,
    number: number,
    lines: readonly string[] = [],
    cancel: "no" | "wanted" = "no",
  ): Attempt {
    const branch = line.branch();
    const request: RequestText = {
      method: "INVITE",
      uri,
      host: line.host(),
      branch,
      to: `<${uri}>`,
      from: `<${line.aor}>;tag=${step.id}-${line.plan.name}`,
      callId: callIdOf(step),
      cseq: number + 1,
      lines: [`Contact: <${line.contact()}>`, "Content-Type: application/sdp", ...lines],
      body: step.hasOffer === true ? OFFER : "v=0\r\n",
    };
    const attempt: Attempt = { step, request, number, state: "calling", cancel, answered: new Map() };
    attempts.set(branch, attempt);
    line.note("invites", request.callId, branch);
    line.send(writeRequest(request));
    if (!line.plan.isPatient) line.later(TIMER_B, () => attempt.state === "calling" && giveUp(attempt));
    return attempt;
  }

  function giveUp(attempt: Attempt, status?: number): void {
    attempt.state = "over";
    line.note("waits no longer", attempt.request.callId, attempt.request.branch, status);
  }

  function wantCancel({ callId }: RequestText): void {
    for (const attempt of attempts.values()) {
      if (attempt.request.callId !== callId || attempt.state === "over" || attempt.cancel !== "no") continue;
      attempt.cancel = "wanted";
      line.note("wants to cancel", callId, attempt.request.branch);
      if (attempt.state === "proceeding") cancel(attempt);
    }
  }

  function cancel(attempt: Attempt): void {
    attempt.cancel = "sent";
    line.whenOnline(() => {
      if (attempt.state === "over") return;
      const { lines: _lines, body: _body, ...request } = attempt.request;
      line.send(writeRequest({ ...request, method: "CANCEL" }));
    });
  }

  function receive(response: Wire<SipResponse>): void {
    const attempt = attempts.get(response.branch);
    if (attempt === undefined) return;
    const { status, method } = response;
    if (method === "CANCEL") {
      // The server does not know the call any more: the phone stops waiting.
      if (status === 481 && attempt.state !== "over") giveUp(attempt, status);
    } else if (status < 200) proceed(attempt);
    else if (status < 300) answered(attempt, response);
    else refused(attempt, response);
  }

  function proceed(attempt: Attempt): void {
    if (attempt.state !== "calling") return;
    attempt.state = "proceeding";
    if (attempt.cancel === "wanted") cancel(attempt);
  }

  function answered(attempt: Attempt, response: Wire<SipResponse>): void {
    const { request, step } = attempt;
    const { message, essentials, status } = response;
    const tag = essentials.toTag ?? "";
    const again = attempt.answered.get(tag);
    if (again !== undefined) return again();

    const isWanted = attempt.state !== "over" && attempt.cancel === "no";
    if (attempt.state !== "over") line.note("gets a final answer", request.callId, request.branch, status);
    attempt.state = "over";
    const dialog = dialogs.open({
      callId: request.callId,
      localTag: `${step.id}-${line.plan.name}`,
      remoteTag: tag,
      remoteTarget: contactOf(message),
      local: `<${line.aor}>`,
      remote: `<${addressIn(header(message, "to"))}>`,
      routes: recordRoutes(message).toReversed(),
      side: "caller",
      talk: step.talk,
    });
    const ack = dialog.ackWriter(request.cseq);
    attempt.answered.set(tag, ack);
    ack();
    if (isWanted) dialog.begin();
    else dialog.hangUp(); // §13.2.2.4: another fork, or a CANCEL that came too late
  }

  function refused(attempt: Attempt, response: Wire<SipResponse>): void {
    const { request, step, number } = attempt;
    const { lines: _lines, body: _body, ...acknowledged } = request;
    line.send(writeRequest({ ...acknowledged, method: "ACK", to: header(response.message, "to") ?? "" }));
    if (attempt.state === "over") return;
    attempt.state = "over";
    line.note("gets a final answer", request.callId, request.branch, response.status);
    if (attempt.cancel !== "no" || number >= MAX_ATTEMPTS) return;
    if (response.status === 407) {
      invite(step, request.uri, number + 1, [credentials(response, request, line.plan.user)]);
    } else if (response.status === 302 && step.follows) {
      const contact = contactOf(response.message);
      if (contact !== "") invite(step, contact, number + 1);
    }
  }

  return {
    call(step, uri) {
      line.whenOnline(() => {
        const { request } = invite(step, uri, 0);
        if (step.patience !== undefined) line.later(step.patience, () => wantCancel(request));
      });
    },
    receive,
  };
}

export function callIdOf({ id, from }: CallStep): string {
  return `${id}@${from}`;
}
