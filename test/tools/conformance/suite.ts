// All checks, in the order of the report.
import type { Check } from "./check.ts";
import { bestResponseChecks } from "./checks/best-response.ts";
import { bindingChecks } from "./checks/bindings.ts";
import { bodyChecks } from "./checks/bodies.ts";
import { cancelChecks } from "./checks/cancel.ts";
import { challengeChecks } from "./checks/challenges.ts";
import { credentialChecks } from "./checks/credentials.ts";
import { dialogEventChecks } from "./checks/dialog-events.ts";
import { dialogMethodChecks } from "./checks/dialog-methods.ts";
import { dialogChecks } from "./checks/dialogs.ts";
import { earlyDialogChecks } from "./checks/early-dialogs.ts";
import { eventChecks } from "./checks/events.ts";
import { listChecks } from "./checks/lists.ts";
import { forkingChecks } from "./checks/forking.ts";
import { forwardingChecks } from "./checks/forwarding.ts";
import { historyChecks } from "./checks/history.ts";
import { gruuChecks } from "./checks/gruu.ts";
import { lostBranchChecks } from "./checks/lost-branches.ts";
import { messageSummaryChecks } from "./checks/message-summary.ts";
import { messageChecks } from "./checks/messages.ts";
import { outboundChecks } from "./checks/outbound.ts";
import { ownAnswerChecks } from "./checks/own-answers.ts";
import { pathChecks } from "./checks/path.ts";
import { pushChecks } from "./checks/push.ts";
import { recoveryChecks } from "./checks/recovery.ts";
import { redirectChecks } from "./checks/redirect.ts";
import { refusalChecks } from "./checks/refusals.ts";
import { registrationExpiryChecks } from "./checks/registration-expiry.ts";
import { registrationIdentityChecks } from "./checks/registration-identity.ts";
import { registrationOrderChecks } from "./checks/registration-order.ts";
import { reinviteChecks } from "./checks/reinvites.ts";
import { responseChecks } from "./checks/responses.ts";
import { ringGroupChecks } from "./checks/ring-groups.ts";
import { routeChecks } from "./checks/routes.ts";
import { securityChecks } from "./checks/security.ts";
import { storedMessageChecks } from "./checks/stored-messages.ts";
import { targetChecks } from "./checks/targets.ts";
import { timerChecks } from "./checks/timers.ts";
import { tortureChecks } from "./checks/torture.ts";
import { transactionChecks } from "./checks/transactions.ts";
import { validationChecks } from "./checks/validation.ts";
import { webSocketMessageChecks } from "./checks/websocket-messages.ts";
import { webSocketChecks } from "./checks/websocket.ts";

export const suite: readonly Check[] = [
  ...webSocketChecks,
  ...webSocketMessageChecks,
  ...messageChecks,
  ...ownAnswerChecks,
  ...cancelChecks,
  ...bindingChecks,
  ...registrationExpiryChecks,
  ...registrationOrderChecks,
  ...registrationIdentityChecks,
  ...dialogChecks,
  ...dialogMethodChecks,
  ...reinviteChecks,
  ...earlyDialogChecks,
  ...validationChecks,
  ...routeChecks,
  ...targetChecks,
  ...forwardingChecks,
  ...bodyChecks,
  ...responseChecks,
  ...refusalChecks,
  ...bestResponseChecks,
  ...lostBranchChecks,
  ...timerChecks,
  ...forkingChecks,
  ...transactionChecks,
  ...challengeChecks,
  ...credentialChecks,
  ...outboundChecks,
  ...recoveryChecks,
  ...pathChecks,
  ...gruuChecks,
  ...redirectChecks,
  ...securityChecks,
  ...tortureChecks,
  ...eventChecks,
  ...listChecks,
  ...dialogEventChecks,
  ...messageSummaryChecks,
  ...storedMessageChecks,
  ...pushChecks,
  ...ringGroupChecks,
  ...historyChecks,
];
