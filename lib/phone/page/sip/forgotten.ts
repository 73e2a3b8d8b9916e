// A dialog that the server no longer knows: it was restarted with other keys, or the key of the Route was rotated away. Its
// requests get 403 from the server itself, while sound and picture, which go directly, go on. Another INVITE takes the
// place of the dialog at both ends (RFC 3891).
import RequestSender from "jssip/lib/Dialog/RequestSender.js";
import type { RTCSession } from "jssip/lib/RTCSession.js";
import { phraseOf, statusOf } from "./status.ts";

declare module "jssip/lib/RTCSession.js" {
  interface RTCSession {
    // which its typings lack
    readonly _dialog: { readonly id: DialogId } | null;
  }
}

interface DialogId {
  readonly call_id: string;
  readonly local_tag: string;
  readonly remote_tag: string;
}

/** The reason phrase of the server; a peer that answers 403 has another one. */
const INVALID_ROUTE = "Invalid Route";

const listeners = new WeakMap<object, () => void>();

/** Calls `act` each time that the server refuses a request of the session because it does not know the dialog. */
export function onForgotten(session: RTCSession, act: () => void): void {
  listeners.set(session, act);
}

/** Header fields of the INVITE that takes the place of the session. */
export function replacing({ _dialog: dialog }: RTCSession): string[] {
  if (dialog === null) return [];
  const { call_id: callId, local_tag: own, remote_tag: other } = dialog.id;
  return [`Replaces: ${callId};to-tag=${other};from-tag=${own}`];
}

const receive = RequestSender.prototype._receiveResponse;
RequestSender.prototype._receiveResponse = function (response) {
  const session = this._dialog.owner;
  receive.call(this, response);
  if (statusOf(response) === 403 && phraseOf(response) === INVALID_ROUTE) listeners.get(session)?.();
};
