// Mallory has an account and has read every message on every wire. None of them is of use on another connection: a
// token, a branch or a nonce proves nothing about its sender.
import { header, headers, type SipRequest } from "../../../../lib/sip/syntax/message.ts";
import { splitList } from "../../../../lib/sip/syntax/scan.ts";
import type { Fact, Record } from "../core/record.ts";
import { isRequest, type Wire } from "../core/wire.ts";
import { DOMAIN, uriOf } from "../script/users.ts";
import { type ForgeStep, ATTACKER } from "../script/script.ts";
import type { Phone } from "./phone.ts";
import { writeRequest, writeResponse } from "./text.ts";

const HOST = "mallory.invalid";

export function createAttacker(phone: Phone, record: Record): (step: ForgeStep) => void {
  return ({ id, what }) => {
    const text = forge(what, id, record);
    if (text !== undefined) phone.send(text);
  };
}

/** Undefined if there is nothing to forge from yet. */
function forge(what: ForgeStep["what"], id: string, record: Record): string | undefined {
  switch (what) {
    case "request in dialog":
      return forgeBye(
        newest(record, "sent", ({ message }) => header(message, "route") !== undefined),
        id,
      );
    case "provisional":
      return forgeAnswer(newest(record, "arrived", isFreshInvite), 183, id);
    case "answer":
      return forgeAnswer(newest(record, "arrived", isFreshInvite), 200, id);
    case "refusal":
      return forgeAnswer(newest(record, "arrived", isFreshInvite), 603, id);
    case "cancel":
      return forgeCancel(newest(record, "sent", isFreshInvite));
    case "registration":
      return forgeRegistration(
        newest(record, "sent", (wire) => wire.method === "REGISTER" && !isAttackers(wire)),
        id,
      );
    case "name":
      return forgeName(id);
  }
}

function newest(
  record: Record,
  kind: "sent" | "arrived",
  fits: (wire: Wire<SipRequest>) => boolean,
): Wire<SipRequest> | undefined {
  const isOverheard = (fact: Fact): boolean =>
    fact.kind === kind && isRequest(fact.wire) && !fact.phone.startsWith(ATTACKER) && fits(fact.wire);
  const fact = record.facts.findLast(isOverheard);
  return fact?.kind === kind && isRequest(fact.wire) ? fact.wire : undefined;
}

function isFreshInvite({ method, essentials }: Wire): boolean {
  return method === "INVITE" && essentials.toTag === undefined;
}

function isAttackers({ message }: Wire): boolean {
  return header(message, "from")?.includes(ATTACKER) === true;
}

/** Another user's address at this connection, with credentials that were valid on that user's own. */
function forgeRegistration(seen: Wire<SipRequest> | undefined, id: string): string | undefined {
  if (seen === undefined) return undefined;
  const { message } = seen;
  const [from = "", to = ""] = [header(message, "from"), header(message, "to")];
  const proofs = headers(message, "authorization").map((value) => `Authorization: ${value}`);
  const lines = [`Contact: <sip:${ATTACKER}@${HOST}>;expires=300`, ...proofs];
  const branch = `z9hG4bK-${id}`;
  return writeRequest({
    method: "REGISTER",
    uri: message.uri,
    host: HOST,
    branch,
    from,
    to,
    callId: id,
    cseq: 1,
    lines,
  });
}

function forgeBye(seen: Wire<SipRequest> | undefined, id: string): string | undefined {
  if (seen === undefined) return undefined;
  const { message, callId, cseq } = seen;
  return writeRequest({
    method: "BYE",
    uri: message.uri,
    host: HOST,
    branch: `z9hG4bK-${id}`,
    from: header(message, "from") ?? "",
    to: header(message, "to") ?? "",
    callId,
    cseq: cseq + 7,
    routes: headers(message, "route").flatMap(splitList),
  });
}

function forgeAnswer(invite: Wire<SipRequest> | undefined, status: number, id: string): string | undefined {
  return invite && writeResponse(invite, status, `t-${id}`, [`Contact: <sip:${ATTACKER}@${HOST}>`]);
}

function forgeCancel(invite: Wire<SipRequest> | undefined): string | undefined {
  if (invite === undefined) return undefined;
  const { message, callId, cseq, branch, essentials } = invite;
  const [from = "", to = ""] = [header(message, "from"), header(message, "to")];
  return writeRequest({
    method: "CANCEL",
    uri: message.uri,
    host: essentials.via.host,
    branch,
    from,
    to,
    callId,
    cseq,
  });
}

/** Calls in another user's name. */
function forgeName(id: string): string {
  const [from, to] = [`<${uriOf("alice")}>;tag=${id}`, `<${uriOf("bob")}>`];
  const lines = [`Contact: <sip:${ATTACKER}@${HOST}>`];
  const callId = `${id}@${ATTACKER}.${DOMAIN}`;
  return writeRequest({
    method: "INVITE",
    uri: uriOf("bob"),
    host: HOST,
    branch: `z9hG4bK-${id}`,
    from,
    to,
    callId,
    cseq: 1,
    lines,
  });
}
