// The rehearsal of an execution environment (`create-signaling.ts`): a registration and a whole call between two phones, so that
// the code on their way is compiled before the first message comes. It takes place on a stand-in of the services.
import type { Signaling } from "../signaling/signaling.ts";
import { header, headers, type SipRequest } from "../sip/syntax/message.ts";
import { parseMessage } from "../sip/syntax/parse.ts";
import type { StandIn } from "./client/stand-in.ts";
import { parseTimer } from "./sqs/timers.ts";

interface Phone {
  /** No connection has this id: API Gateway's end in an equals sign. */
  readonly flow: string;
  readonly aor: string;
}

/** Rejects if the call does not take its course. */
export async function rehearse(signaling: Signaling, services: StandIn, domain: string): Promise<void> {
  const caller: Phone = { flow: "warm-up-caller", aor: `sip:caller@${domain}` };
  const callee: Phone = { flow: "warm-up-callee", aor: `sip:callee@${domain}` };
  const send = ({ flow, aor }: Phone, text: string) => signaling.receive({ flow, text, identity: aor });
  const received = (): SipRequest => requestIn(services.posted(callee.flow));

  const register = requestText("REGISTER", `sip:${domain}`, callee.aor, callee.aor);
  await signaling.receive({ flow: callee.flow, text: register }); // is challenged
  await send(callee, register);
  await send(caller, requestText("INVITE", callee.aor, caller.aor, callee.aor));
  const invite = received();
  await send(callee, responseText(invite, "180 Ringing"));
  await send(callee, responseText(invite, "200 OK"));
  const routes = headers(invite, "record-route").map((route) => `Route: ${route}`);
  const inDialog = (method: string) => requestText(method, CONTACT, caller.aor, `${callee.aor}>;tag=callee`, routes);
  await send(caller, inDialog("ACK"));
  await send(caller, inDialog("BYE"));
  await send(callee, responseText(received(), "200 OK"));
  await signaling.timerDue(parseTimer(services.timer() ?? ""));
  if (services.posted(caller.flow)?.startsWith("SIP/2.0 200") !== true) throw new TypeError("the BYE got no 200");
}

const CONTACT = "sip:warm-up@warm-up.invalid;transport=ws";

/** @param to an address, with parameters after its closing bracket if there are any */
function requestText(method: string, uri: string, from: string, to: string, more: readonly string[] = []): string {
  return [
    `${method} ${uri} SIP/2.0`,
    ...more,
    `Via: SIP/2.0/WS warm-up.invalid;branch=z9hG4bK${method}`,
    "Max-Forwards: 69",
    `To: <${to}${to.includes(">") ? "" : ">"}`,
    `From: <${from}>;tag=warm-up`,
    "Call-ID: warm-up",
    `CSeq: 1 ${method}`,
    `Contact: <${CONTACT}>;+sip.instance="<urn:uuid:00000000-0000-4000-8000-000000000000>";reg-id=1`,
    "Supported: path, outbound, gruu",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

function responseText(request: SipRequest, statusLine: string): string {
  const to = header(request, "to") ?? "";
  return [
    `SIP/2.0 ${statusLine}`,
    ...(["via", "record-route", "from", "call-id", "cseq"] as const).flatMap((name) =>
      headers(request, name).map((value) => `${name}: ${value}`),
    ),
    `To: ${to.includes(";tag=") ? to : `${to};tag=callee`}`,
    `Contact: <${CONTACT}>`,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

function requestIn(text: string | undefined): SipRequest {
  const parsed = parseMessage(text ?? "");
  if (parsed.ok && parsed.message.kind === "request") return parsed.message;
  throw new TypeError("no request was forwarded");
}
