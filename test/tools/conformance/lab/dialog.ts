// One end's view of a dialog (RFC 3261 §12), and a call that is up.
import { readAddress, tagIn, uriIn } from "../sip/address.ts";
import { callIdOf, listOf, type SipRequest, type SipResponse } from "../sip/message.ts";
import type { RequestParts } from "../sip/write.ts";
import type { Phone } from "./phone.ts";
import type { Transaction } from "./transaction.ts";

export interface DialogState {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** URI of the other end in To. */
  readonly remote: string;
  /** URI of this end in From. */
  readonly local: string;
  /** The other end's Contact. */
  readonly target: string;
  /** Elements of Route. */
  readonly routes: readonly string[];
}

export interface Dialog extends DialogState {
  request(method: string, parts?: RequestParts): Transaction;
  /** ACK of a 2xx (§13.2.2.4). */
  ack(invite: Transaction, parts?: RequestParts): void;
  /** The same dialog, spoken for by another phone of the same device. */
  on(phone: Phone): Dialog;
}

/** Out of a response to an INVITE or SUBSCRIBE (§12.1.2): the route set is turned round. */
export function dialogOfCaller(phone: Phone, { sent }: Transaction, response: SipResponse): Dialog {
  return createDialog(phone, {
    callId: sent.callId,
    localTag: sent.fromTag,
    remoteTag: tagIn(response, "to"),
    remote: sent.to,
    local: uriIn(response, "from"),
    target: uriIn(response, "contact"),
    routes: listOf(response, "record-route").toReversed(),
  });
}

/** Out of the request as it arrived (§12.1.1). */
export function dialogOfCallee(phone: Phone, request: SipRequest, tag = phone.tag): Dialog {
  return createDialog(phone, {
    callId: callIdOf(request),
    localTag: tag,
    remoteTag: tagIn(request, "from"),
    remote: uriIn(request, "from"),
    local: uriIn(request, "to"),
    target: uriIn(request, "contact"),
    routes: listOf(request, "record-route"),
  });
}

export function createDialog(phone: Phone, state: DialogState): Dialog {
  const parts: RequestParts = {
    callId: state.callId,
    from: state.local,
    fromTag: state.localTag,
    to: state.remote,
    toTag: state.remoteTag,
    routes: state.routes,
  };
  return {
    ...state,
    request: (method, more = {}) => phone.request(method, state.target, { ...parts, ...more }),
    ack: (invite, more = {}) => {
      const { cseq } = invite.sent;
      phone.write("ACK", state.target, { ...parts, cseq, lines: invite.credentials, ...more });
    },
    on: (other) => createDialog(other, state),
  };
}

/** Everything about a call that is up. */
export interface Call {
  readonly invite: Transaction;
  /** The INVITE as the callee got it. */
  readonly received: SipRequest;
  readonly ok: SipResponse;
  /** The ACK as the callee got it. */
  readonly ack: SipRequest;
  readonly caller: Dialog;
  readonly callee: Dialog;
}

export const SDP = [
  "v=0",
  "o=- 4611731400430051336 2 IN IP4 192.0.2.1",
  "s=-",
  "t=0 0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "c=IN IP4 192.0.2.1",
  "a=rtpmap:111 opus/48000/2",
  "a=sendrecv",
  "",
].join("\r\n");

export const SDP_LINE = "Content-Type: application/sdp";

/** INVITE, 180, 200, ACK between two phones. */
export async function establish(from: Phone, to: Phone, parts: RequestParts = {}): Promise<Call> {
  const invite = from.request("INVITE", to.aor, { body: SDP, ...parts, lines: [SDP_LINE, ...(parts.lines ?? [])] });
  const received = await to.incoming("INVITE", invite.sent.callId);
  to.answer(received, 180);
  await invite.response(180);
  to.answer(received, 200, { body: SDP, lines: [SDP_LINE] });
  const ok = await invite.finalOf(200);
  const caller = dialogOfCaller(from, invite, ok);
  caller.ack(invite);
  const ack = await to.incoming("ACK", invite.sent.callId);
  return { invite, received, ok, ack, caller, callee: dialogOfCallee(to, received) };
}

/** The elements of a route set, as addresses. */
export function uriOfRoute(route: string): string {
  return readAddress(route).uri;
}

/** Both directions of a call that is up. */
export function directions({ caller, callee }: Call, alice: Phone, bob: Phone) {
  return [
    { from: alice, to: bob, dialog: caller },
    { from: bob, to: alice, dialog: callee },
  ] as const;
}
