// Inputs for the warm-up of an execution environment (`create-signaling.ts`): each takes the usual way through the protocol
// and changes nothing.
import type { WebSocketMessage } from "../sip/transport/web-socket-message.ts";
import type { Timer } from "../sip/outcome.ts";
import { readDomains } from "./environment.ts";

/** No connection has this id: API Gateway's end in an equals sign. */
const FLOW = "warm-up";

/** A REGISTER and an INVITE without credentials: both are challenged, and nothing is stored. */
export function unauthenticatedRequests(environment: NodeJS.ProcessEnv): readonly WebSocketMessage[] {
  const [domain = ""] = readDomains(environment);
  return [aRequest("REGISTER", `sip:${domain}`, domain), aRequest("INVITE", `sip:warm-up@${domain}`, domain)];
}

function aRequest(method: string, uri: string, domain: string): WebSocketMessage {
  const lines = [
    `${method} ${uri} SIP/2.0`,
    "Via: SIP/2.0/WS warm-up.invalid;branch=z9hG4bKwarm-up",
    "Max-Forwards: 69",
    `To: <sip:warm-up@${domain}>`,
    `From: <sip:warm-up@${domain}>;tag=warm-up`,
    "Call-ID: warm-up",
    `CSeq: 1 ${method}`,
    "Contact: <sip:warm-up@warm-up.invalid;transport=ws>",
    "Content-Length: 0",
    "",
    "",
  ];
  return { flow: FLOW, text: lines.join("\r\n") };
}

/** A timer of a transaction that does not exist. */
export const aTimer: Timer = { kind: "transaction", context: FLOW, epoch: 0, isSecond: true };
