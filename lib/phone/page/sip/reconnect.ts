// Transactions of calls outlive the connection that they began on. JsSIP 3.13 ends them with it, and the call with them: a
// 2xx would not be repeated until its ACK comes (RFC 3261 §13.3.1.4), and a repeated one would find no transaction that
// acknowledges it (§13.2.2.4). The server reaches the phone on its new connection (RFC 5626 §4.5).
import type { UA } from "jssip";
import {
  C,
  type ClientTransaction,
  InviteClientTransaction,
  InviteServerTransaction,
  NonInviteClientTransaction,
  NonInviteServerTransaction,
} from "jssip/lib/Transactions.js";

declare module "jssip/lib/UA.js" {
  interface UA {
    readonly _transactions: Readonly<Record<"ict" | "nict", Readonly<Record<string, ClientTransaction>>>>; // which its typings lack
  }
}

for (const transaction of [InviteServerTransaction, NonInviteServerTransaction]) {
  transaction.prototype.onTransportError = () => {};
}
for (const { prototype } of [InviteClientTransaction, NonInviteClientTransaction]) {
  const fail = prototype.onTransportError;
  prototype.onTransportError = function () {
    if (!isOfCall(this)) fail.call(this);
  };
}

const { cancel } = InviteClientTransaction.prototype;
const cancelled = new WeakSet<ClientTransaction>();
InviteClientTransaction.prototype.cancel = function (reason) {
  cancelled.add(this);
  cancel.call(this, reason);
};

/** Sends the requests again that the old connection may have lost. A repetition is absorbed (RFC 3261 §17.2). */
export function repeatUnfinished({ _transactions: { ict, nict } }: UA): void {
  for (const transaction of [...Object.values(ict), ...Object.values(nict)]) {
    const { state, transport, request } = transaction;
    const isUnanswered = state === C.STATUS_CALLING || state === C.STATUS_TRYING;
    if (isOfCall(transaction) && isUnanswered) transport.send(request);
    if (state === C.STATUS_PROCEEDING && cancelled.has(transaction)) transaction.cancel();
  }
}

/** An INVITE, or a request within a dialog. */
function isOfCall({ request: { method, to } }: ClientTransaction): boolean {
  return method === "INVITE" || to.hasParam("tag");
}
