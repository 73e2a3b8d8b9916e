// Established calls (RFC 3261 §12 to §15): they outlive the connection they were made on. Requests within them wait
// until the phone is registered; a BYE that could not be delivered is tried again.
import type { SipRequest, SipResponse } from "../../../../lib/sip/syntax/message.ts";
import type { Wire } from "../core/wire.ts";
import type { Talk } from "../script/script.ts";
import { type Line, repeat, TIMER_B } from "./line.ts";
import { writeRequest, writeResponse } from "./text.ts";

export interface DialogParts {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly remoteTarget: string;
  /** Both name-addrs, without tags: the callee uses the name by which it was called (RFC 3261 §12.1.1). */
  readonly local: string;
  readonly remote: string;
  readonly routes: readonly string[];
  readonly side: "caller" | "callee";
  readonly talk: Talk;
}

export interface Dialog {
  /** Starts the actions that the script gives this side of the call. */
  begin(): void;
  hangUp(): void;
  /** Sends the same ACK each time it is called. */
  ackWriter(cseq: number): () => void;
  /** Repeats a 2xx until its ACK arrives, or can no longer be expected. */
  awaitAck(cseq: number, again: () => void, end: (isAcked: boolean) => void): void;
  receive(request: Wire<SipRequest>): void;
}

export interface Dialogs {
  open(parts: DialogParts): Dialog;
  /** A request with a To tag. */
  receive(request: Wire<SipRequest>): void;
  receiveResponse(response: Wire<SipResponse>): void;
}

type Answered = (status: number) => void;

const MAX_HANG_UPS = 4;

/** Milliseconds. */
const HANG_UP_AGAIN = 5000;

export function createDialogs(line: Line): Dialogs {
  const dialogs = new Map<string, Dialog>();
  const asked = new Map<string, Answered>();

  /** Sends a request within a dialog; `answered` gets one final response, or 408 when none came. */
  function ask(text: string, branch: string, answered: Answered): void {
    let isOver = false;
    function once(status: number): void {
      if (isOver) return;
      isOver = true;
      answered(status);
    }
    asked.set(branch, once);
    line.send(text);
    line.later(TIMER_B, () => once(408));
  }

  return {
    open(parts) {
      const name = nameOf(parts.callId, parts.localTag, parts.remoteTag);
      const dialog = createDialog(line, parts, ask, () => dialogs.delete(name));
      dialogs.set(name, dialog);
      return dialog;
    },
    receive(request) {
      const { toTag = "", fromTag = "" } = request.essentials;
      const dialog = dialogs.get(nameOf(request.callId, toTag, fromTag));
      if (dialog !== undefined) dialog.receive(request);
      else if (request.method !== "ACK") line.send(writeResponse(request, 481, toTag));
    },
    receiveResponse({ branch, status }) {
      if (status >= 200) asked.get(branch)?.(status);
    },
  };
}

function nameOf(callId: string, localTag: string, remoteTag: string): string {
  return `${callId} ${localTag} ${remoteTag}`;
}

function createDialog(
  line: Line,
  parts: DialogParts,
  ask: (text: string, branch: string, answered: Answered) => void,
  forget: () => void,
): Dialog {
  const { callId, localTag, remoteTag, remoteTarget, local, remote, routes, side, talk } = parts;
  /** CSeq of the INVITEs of either side that are not completed yet. */
  const unacknowledged = new Map<number, (isAcked: boolean) => void>();
  let cseq = 100;
  let isInviting = false;
  let isOver = false;

  function write(method: string, number: number, branch: string): string {
    const lines = method === "INVITE" ? [`Contact: <${line.contact()}>`] : [];
    const from = `${local};tag=${localTag}`;
    const to = `${remote};tag=${remoteTag}`;
    return writeRequest({
      method,
      uri: remoteTarget,
      host: line.host(),
      branch,
      from,
      to,
      callId,
      cseq: number,
      routes,
      lines,
    });
  }

  function request(method: string, answered: (status: number, number: number) => void): string {
    const branch = line.branch();
    const number = (cseq += 1);
    ask(write(method, number, branch), branch, (status) => answered(status, number));
    return branch;
  }

  function end(): void {
    isOver = true;
    forget();
  }

  function hangUp(): void {
    if (isOver) return;
    isOver = true;
    bye(1);
  }

  function bye(attempt: number): void {
    line.whenOnline(() => {
      const branch = request("BYE", (status) => {
        const mayTryAgain = status === 430 || status === 408 || status >= 500;
        if (mayTryAgain && attempt < MAX_HANG_UPS) line.later(HANG_UP_AGAIN, () => bye(attempt + 1));
        else forget();
        if (mayTryAgain) line.note("could not hang up", callId, branch, status);
      });
      line.note("hangs up", callId, branch);
    });
  }

  function act(method: "INVITE" | "INFO"): void {
    line.whenOnline(() => {
      if (isOver || (method === "INVITE" && isInviting)) return;
      if (method === "INVITE") isInviting = true;
      request(method, (status, number) => {
        if (method === "INVITE") isInviting = false;
        if (method === "INVITE" && status < 300) ackWriter(number)();
      });
    });
  }

  /** §13.2.2.4: the same ACK for each repetition of the 2xx. */
  function ackWriter(number: number): () => void {
    const text = write("ACK", number, line.branch());
    return () => void line.send(text);
  }

  function awaitAck(number: number, again: () => void, end: (isAcked: boolean) => void): void {
    let isSettled = false;
    function settle(isAcked: boolean): void {
      if (isSettled) return;
      isSettled = true;
      end(isAcked);
    }
    unacknowledged.set(number, settle);
    repeat(
      line,
      () => isSettled,
      again,
      () => settle(false),
    );
  }

  function receive(received: Wire<SipRequest>): void {
    const { method } = received;
    const reply = (status: number, lines: readonly string[] = []): void =>
      void line.send(writeResponse(received, status, localTag, lines));
    if (method === "ACK") return unacknowledged.get(received.cseq)?.(true);
    if (method === "INVITE") {
      if (isInviting) return reply(491);
      if (isOver) return reply(481);
      if (unacknowledged.has(received.cseq)) return;
      const ok = (): void => reply(200, [`Contact: <${line.contact()}>`]);
      ok();
      return awaitAck(received.cseq, ok, () => undefined);
    }
    if (method !== "BYE") return reply(200);
    reply(200);
    if (!isOver) line.note("was hung up on", callId, received.branch);
    for (const settle of unacknowledged.values()) settle(true);
    end();
  }

  return {
    begin() {
      for (const { after, by, method } of talk.acts) if (by === side) line.later(after, () => act(method));
      if (talk.hangsUp === side) line.later(talk.hangsUpAfter, hangUp);
    },
    hangUp,
    ackWriter,
    awaitAck,
    receive,
  };
}
