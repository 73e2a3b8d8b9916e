// The checks that the local cloud is given. The server in one process is given all, at a tenth of the cost: it decides by the
// same code. These show what it has not: the gateway, several environments of a function, and each kind of record in its table.
import type { Check } from "./check.ts";
import { suite } from "./suite.ts";

/** For each part of the cloud's work, the checks that need it with the fewest invocations. */
const journeys = {
  "the gateway opens, carries and closes a connection": [
    "websocket-no-other",
    "websocket-fragments",
    "websocket-pong",
    "websocket-close",
    "websocket-keep-alive",
    "websocket-many-at-once",
    "websocket-large",
    "forward-body-large",
  ],
  "the gateway cannot do it": ["websocket-binary", "websocket-rport", "torture-mpart01"],
  "functions run at a time, and messages overtake each other": [
    "cancel-at-once",
    "cancel-crossed-by-200",
    "dialog-answers",
    "dialog-bye-crossed",
    "dialog-reinvite-glare",
  ],
  "a registration and its flows are written by several connections": [
    "register-all-listed",
    "register-star",
    "register-order",
    "outbound-replaces",
    "outbound-next-flow",
    "gruu-temporary-void",
  ],
  "failed and repeated logins are counted": ["digest-md5", "digest-wrong-password", "digest-other-connection"],
  "the record of a call is written by several phones": [
    "fork-all",
    "fork-q",
    "cancel-every-branch",
    "response-2xx-cancels",
    "response-every-2xx",
    "breadth-shared",
    "uas-merged",
    "transaction-invite-again",
    "security-third-answers",
  ],
  "a call goes on over other connections": ["recovery-both", "recovery-callee-rings"],
  "the subscriber's routing is read": ["group-in-turn", "redirect-3xx", "history-mapped"],
  "subscriptions and published states are stored, and watchers are told": [
    "events-first-notify",
    "events-refresh",
    "events-change",
    "events-refused-notify",
    "events-publish-condition",
    "events-winfo-list",
    "events-reg-contact",
    "events-summary-published",
    "events-dialog-terminated",
    "lists-refresh",
  ],
  "messages are stored, delivered and dropped": ["stored-message-order", "stored-message-expired"],
} as const;

export const journeyChecks: readonly Check[] = Object.values(journeys).flat().map(checkNamed);

function checkNamed(id: string): Check {
  const check = suite.find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check has the id ${id}`);
  return check;
}
