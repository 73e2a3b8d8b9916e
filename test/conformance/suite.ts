// All checks, in the order of the report.
import type { Check } from "./check.ts";
import { cancelChecks } from "./checks/cancel.ts";
import { dialogChecks } from "./checks/dialogs.ts";
import { digestChecks } from "./checks/digest.ts";
import { forkingChecks } from "./checks/forking.ts";
import { gruuChecks } from "./checks/gruu.ts";
import { messageChecks } from "./checks/messages.ts";
import { outboundChecks } from "./checks/outbound.ts";
import { forwardingChecks } from "./checks/proxy-forwarding.ts";
import { responseChecks } from "./checks/proxy-responses.ts";
import { validationChecks } from "./checks/proxy-validation.ts";
import { redirectChecks } from "./checks/redirect.ts";
import { registrarChecks } from "./checks/registrar.ts";
import { securityChecks } from "./checks/security.ts";
import { tortureChecks } from "./checks/torture.ts";
import { transactionChecks } from "./checks/transactions.ts";
import { webSocketChecks } from "./checks/websocket.ts";

export const suite: readonly Check[] = [
  ...webSocketChecks,
  ...messageChecks,
  ...cancelChecks,
  ...registrarChecks,
  ...dialogChecks,
  ...validationChecks,
  ...forwardingChecks,
  ...responseChecks,
  ...forkingChecks,
  ...transactionChecks,
  ...digestChecks,
  ...outboundChecks,
  ...gruuChecks,
  ...redirectChecks,
  ...securityChecks,
  ...tortureChecks,
];
