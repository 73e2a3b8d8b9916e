// Whatever method goes within a call passes as it is, both ways.
import { type Check, claimEqual } from "../check.ts";
import { established } from "../lab/call.ts";
import { claimRepeats } from "../lab/claims.ts";
import { directions, SDP, SDP_LINE } from "../lab/dialog.ts";
import { listOf, valueOf } from "../sip/message.ts";

/** A method that is sent within a dialog, with its mandatory headers. */
interface InDialog {
  readonly method: string;
  readonly section: string;
  readonly lines?: readonly string[];
  readonly body?: string;
  readonly status?: number;
}

const inDialogMethods: readonly InDialog[] = [
  {
    method: "INFO",
    section: "RFC 6086 §4",
    lines: ["Info-Package: dtmf", "Content-Type: application/dtmf-relay"],
    body: "Signal=5\r\nDuration=160\r\n",
  },
  { method: "UPDATE", section: "RFC 3311 §5", lines: [SDP_LINE], body: SDP },
  { method: "MESSAGE", section: "RFC 3428 §6", lines: ["Content-Type: text/plain"], body: "within the call" },
  { method: "OPTIONS", section: "RFC 3261 §11" },
  {
    method: "REFER",
    section: "RFC 3515 §2.4",
    lines: [
      "Refer-To: <sip:somebody@elsewhere.invalid?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>",
      "Referred-By: <sip:x@elsewhere.invalid>",
    ],
    status: 202,
  },
  {
    method: "NOTIFY",
    section: "RFC 3515 §2.4.4",
    lines: ["Event: refer", "Subscription-State: active;expires=60", "Content-Type: message/sipfrag"],
    body: "SIP/2.0 100 Trying\r\n",
  },
  { method: "SUBSCRIBE", section: "RFC 6665 §4.1", lines: ["Event: dialog", "Expires: 60"], status: 202 },
  { method: "PRACK", section: "RFC 3262 §4", lines: ["RAck: 1 1 INVITE"] },
  { method: "WOBBLE", section: "RFC 3261 §16.3" },
];

function passesBothWays({ method, section, lines = [], body = "", status = 200 }: InDialog): Check {
  return {
    id: `dialog-${method.toLowerCase()}`,
    section: `${section}, RFC 3261 §16.4`,
    level: "MUST",
    title: `${method} passes within a call, both ways, with its headers and body, and so does its answer`,
    async run(lab) {
      const call = await established(lab);
      const { alice, bob } = call;
      for (const { to, dialog } of directions(call, alice, bob)) {
        const request = dialog.request(method, { lines, body });
        const received = await to.incoming(method, call.invite.sent.callId);
        claimEqual(received.uri, to.contact, "Request-URI");
        claimEqual(listOf(received, "route"), [], "Route left over");
        claimEqual(received.body, body, "body");
        for (const line of lines) {
          const [name = "", ...value] = line.split(": ");
          claimEqual(valueOf(received, name.toLowerCase()), value.join(": "), name);
        }
        to.answer(received, status, { lines: ["X-Answer: as it is"] });
        const answer = await request.finalOf(status);
        claimRepeats(answer, request.sent);
        claimEqual(valueOf(answer, "x-answer"), "as it is", "X-Answer");
      }
    },
  };
}

export const dialogMethodChecks: readonly Check[] = inDialogMethods.map(passesBothWays);
