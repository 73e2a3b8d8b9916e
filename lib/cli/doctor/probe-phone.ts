// A phone of the doctor's own, as small as one can be: it registers, calls, hangs up, and answers each call with the body that
// came with it (an echo).
import { randomUUID } from "node:crypto";
import { header, headers, type SipResponse } from "../../sip/syntax/message.ts";
import { parseNameAddr } from "../../sip/syntax/name-addr.ts";
import { splitList } from "../../sip/syntax/scan.ts";
import type { Patient } from "./finding.ts";
import { type Draft, openProbe, type ProbeOptions, randomId } from "./probe-connection.ts";

/** Requests resolve to their final response, or undefined if the time is over or the connection closed before it. */
export interface ProbePhone {
  readonly aor: string;
  register(): Promise<SipResponse | undefined>;
  /** Calls, and acknowledges the answer. */
  call(aor: string, body: string): Promise<SipResponse | undefined>;
  /** Ends the call that was answered with this. */
  hangUp(answer: SipResponse): Promise<SipResponse | undefined>;
  close(): void;
}

/** Rejects if the connection does not open. */
export async function connectProbe(
  patient: Pick<Patient, "url" | "patienceMilliseconds">,
  options: ProbeOptions,
): Promise<ProbePhone> {
  const connection = await openProbe(patient, options);
  const { aor, contact } = connection;
  const device = `${contact};+sip.instance="<urn:uuid:${randomUUID()}>";reg-id=1`;

  return {
    aor,
    register: () =>
      connection.request({
        method: "REGISTER",
        uri: `sip:${options.domain}`,
        to: `<${aor}>`,
        callId: `doctor-${randomId()}`,
        lines: [`Contact: ${device}`, "Expires: 60"],
      }),
    async call(target, body) {
      const lines = [`Contact: ${contact}`, "Content-Type: application/sdp"];
      const to = `<${target}>`;
      const answer = await connection.request({
        method: "INVITE",
        uri: target,
        to,
        callId: `doctor-${randomId()}`,
        lines,
        body,
      });
      if (answer !== undefined && answer.status < 300) connection.send(inDialog("ACK", answer));
      return answer;
    },
    hangUp: (answer) => connection.request(inDialog("BYE", answer)),
    close: () => connection.close(),
  };
}

/** A request within the dialog of an answer (RFC 3261 §12.2.1.1). */
function inDialog(method: string, answer: SipResponse): Draft {
  return {
    method,
    uri: parseNameAddr(header(answer, "contact") ?? "")?.address ?? "",
    to: header(answer, "to") ?? "",
    callId: header(answer, "call-id") ?? "",
    lines: headers(answer, "record-route")
      .flatMap(splitList)
      .toReversed()
      .map((route) => `Route: ${route}`),
  };
}
