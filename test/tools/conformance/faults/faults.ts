// All faults.
import { calledElsewhereFaults } from "./called-elsewhere-faults.ts";
import { cancelFaults } from "./cancel-faults.ts";
import { dialogFaults } from "./dialog-faults.ts";
import { digestFaults } from "./digest-faults.ts";
import type { Fault } from "./faulty-server.ts";
import { eventFaults } from "./event-faults.ts";
import { gruuFaults } from "./gruu-faults.ts";
import { messageFaults } from "./message-faults.ts";
import { outboundFaults } from "./outbound-faults.ts";
import { registrarFaults } from "./registrar-faults.ts";
import { requestFaults } from "./request-faults.ts";
import { responseFaults } from "./response-faults.ts";
import { routingFaults } from "./routing-faults.ts";
import { storedMessageFaults } from "./stored-message-faults.ts";
import { webSocketFaults } from "./websocket-faults.ts";

export const faults: readonly Fault[] = [
  ...calledElsewhereFaults,
  ...cancelFaults,
  ...dialogFaults,
  ...digestFaults,
  ...eventFaults,
  ...gruuFaults,
  ...messageFaults,
  ...outboundFaults,
  ...registrarFaults,
  ...requestFaults,
  ...responseFaults,
  ...routingFaults,
  ...storedMessageFaults,
  ...webSocketFaults,
];
