// A phone as a watcher (RFC 6665): it subscribes to the state of a user, and answers the NOTIFYs.
import { cseqOf, type SipRequest, type SipResponse } from "../sip/message.ts";
import { type Dialog, dialogOfCaller } from "./dialog.ts";
import type { Phone } from "./phone.ts";

/** Seconds that the checks ask for. */
export const EXPIRES = 600;

export interface Subscription {
  readonly callId: string;
  /** The 2xx to the SUBSCRIBE. */
  readonly answer: SipResponse;
  readonly first: SipRequest;
  readonly dialog: Dialog;
  /** The next NOTIFY, answered 200. */
  next(): Promise<SipRequest>;
  /** All NOTIFYs so far, in the order of their numbers. */
  notifies(): readonly SipRequest[];
}

/** Subscribes, and answers the first NOTIFY. @param aor of the watched user */
export async function watch(phone: Phone, aor: string, event: string, expires = EXPIRES): Promise<Subscription> {
  const request = phone.request("SUBSCRIBE", aor, { lines: [`Event: ${event}`, `Expires: ${expires}`] });
  const answer = await request.finalOf(200, 202);
  const { callId } = request.sent;
  const dialog = dialogOfCaller(phone, request, answer);
  return {
    callId,
    answer,
    first: await notified(phone, callId),
    dialog,
    next: () => notified(phone, callId),
    notifies: () => phone.received("NOTIFY", callId).toSorted((a, b) => cseqOf(a) - cseqOf(b)),
  };
}

/** The next NOTIFY of the subscription, answered 200. */
export async function notified(phone: Phone, callId: string): Promise<SipRequest> {
  const notify = await phone.incoming("NOTIFY", callId);
  phone.answer(notify, 200);
  return notify;
}
