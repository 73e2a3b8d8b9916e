// The called side of a phone (RFC 3261 §13.3, §17.2.1): rings, decides, repeats its 2xx until the ACK comes. Ringing
// belongs to the connection of its INVITE: a phone that lost the connection no longer shows the call.
import { header, type SipRequest } from "../../../../lib/sip/syntax/message.ts";
import type { Wire } from "../core/wire.ts";
import type { CallStep, Reaction } from "../script/script.ts";
import type { Dialogs } from "./dialogs.ts";
import { type Line, repeat } from "./line.ts";
import { addressIn, contactOf, recordRoutes, writeResponse } from "./text.ts";

export interface Callee {
  /** An INVITE, CANCEL or ACK outside any dialog. */
  receive(request: Wire<SipRequest>): void;
  connectionLost(): void;
}

interface Ringing {
  readonly invite: Wire<SipRequest>;
  readonly tag: string;
  state: "ringing" | "answered" | "refused" | "over";
  last: string | undefined;
}

export function createCallee(line: Line, dialogs: Dialogs, stepOf: (callId: string) => CallStep | undefined): Callee {
  const calls = new Map<string, Ringing>();

  function ring(invite: Wire<SipRequest>): void {
    const known = calls.get(invite.branch);
    if (known !== undefined) {
      if (known.last !== undefined) line.send(known.last);
      return;
    }
    if ([...calls.values()].some((other) => isMergedWith(other, invite))) {
      line.send(writeResponse(invite, 482, line.tag())); // §8.2.2.2
      return;
    }
    const call: Ringing = { invite, tag: line.tag(), state: "ringing", last: undefined };
    calls.set(invite.branch, call);
    note(call, "rings");
    react(call, stepOf(invite.callId)?.reactions[line.plan.name] ?? { status: 480, decidesAfter: 10 });
  }

  function react(call: Ringing, { ringsAfter, ringsAgainAfter, decidesAfter, status, contact }: Reaction): void {
    const ringing = (): void => {
      if (call.state === "ringing") say(call, 180);
    };
    if (ringsAfter !== undefined) line.later(ringsAfter, ringing);
    if (ringsAgainAfter !== undefined) for (const times of [1, 2, 3]) line.later(times * ringsAgainAfter, ringing);
    if (decidesAfter === undefined) return;
    line.later(decidesAfter, () => {
      if (call.state !== "ringing") return;
      if (status === 200) answer(call);
      else refuse(call, status, contact === undefined ? [] : [`Contact: <${contact}>`]);
    });
  }

  function say(call: Ringing, status: number, lines: readonly string[] = []): void {
    call.last = writeResponse(call.invite, status, call.tag, [`Contact: <${line.contact()}>`, ...lines]);
    line.send(call.last);
  }

  function refuse(call: Ringing, status: number, lines: readonly string[] = []): void {
    const text = writeResponse(call.invite, status, call.tag, lines);
    call.state = "refused";
    call.last = text;
    note(call, "refuses", status);
    line.send(text);
    const isOver = (): boolean => call.state !== "refused";
    const again = (): void => void (line.plan.insists && line.send(text));
    repeat(line, isOver, again, () => {
      call.state = "over";
      note(call, "waits for no ACK");
    });
  }

  function answer(call: Ringing): void {
    const { invite, tag } = call;
    call.state = "answered";
    note(call, "answers", 200);
    const dialog = dialogs.open({
      callId: invite.callId,
      localTag: tag,
      remoteTag: invite.essentials.fromTag ?? "",
      remoteTarget: contactOf(invite.message),
      local: `<${addressIn(header(invite.message, "to"))}>`,
      remote: `<${addressIn(header(invite.message, "from"))}>`,
      routes: recordRoutes(invite.message),
      side: "callee",
      talk: stepOf(invite.callId)?.talk ?? { acts: [], hangsUp: "caller", hangsUpAfter: 0 },
    });
    say(call, 200);
    dialog.awaitAck(
      invite.cseq,
      () => say(call, 200),
      (isAcked) => {
        call.state = "over";
        note(call, isAcked ? "got its ACK" : "waits for no ACK");
        if (isAcked) dialog.begin();
        else dialog.hangUp();
      },
    );
  }

  function cancelled(cancel: Wire<SipRequest>): void {
    const call = calls.get(cancel.branch);
    line.send(writeResponse(cancel, call === undefined ? 481 : 200, call?.tag ?? line.tag()));
    if (call?.state !== "ringing") return;
    note(call, "is cancelled");
    refuse(call, 487);
  }

  function acknowledged({ branch }: Wire<SipRequest>): void {
    const call = calls.get(branch);
    if (call?.state !== "refused") return;
    call.state = "over";
    note(call, "got its ACK");
  }

  function note({ invite }: Ringing, does: Parameters<Line["note"]>[0], status?: number): void {
    line.note(does, invite.callId, invite.branch, status);
  }

  return {
    receive(request) {
      if (request.method === "INVITE") ring(request);
      else if (request.method === "CANCEL") cancelled(request);
      else acknowledged(request);
    },
    connectionLost() {
      for (const [branch, call] of calls) {
        if (call.state === "answered") continue;
        call.state = "over";
        calls.delete(branch);
      }
    },
  };
}

/** The same request by another way, while the first is in progress. */
function isMergedWith({ invite, state }: Ringing, other: Wire<SipRequest>): boolean {
  const isAlive = state === "ringing" || state === "answered";
  return (
    isAlive &&
    invite.callId === other.callId &&
    invite.cseq === other.cseq &&
    invite.essentials.fromTag === other.essentials.fromTag
  );
}
