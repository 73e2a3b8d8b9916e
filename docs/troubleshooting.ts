// Makes docs/troubleshooting.md: a fixed part about connections and calls, and a row for each reason of lib/sip/reasons.ts,
// with its remedy of lib/sip/advice.ts.
import { advice } from "../lib/sip/advice.ts";
import { sentences } from "../lib/phone/page/sip/reasons.ts";
import { texts } from "../lib/phone/page/texts.ts";
import { events, refusals } from "../lib/sip/reasons.ts";

const remedies = new Map(Object.entries(advice));

export function troubleshootingPage(): string {
  const answered = Object.entries(refusals)
    .map(([code, { status, says }]) => ({ code, says, statuses: statusesOf(status) }))
    .toSorted((one, other) => one.statuses[0] - other.statuses[0] || one.code.localeCompare(other.code))
    .map(({ code, statuses, says }) => row(statuses.join(", "), `\`${code}\``, says, remedies.get(code) ?? ""));
  const silent = Object.entries(events).map(([code, says]) => row(`\`${code}\``, says));
  return [
    head(callTable()),
    "| status | reason in the log | meaning | remedy |\n|---|---|---|---|",
    ...answered,
    "",
    EVENTS,
    "| reason in the log | meaning |\n|---|---|",
    ...silent,
    "",
  ].join("\n");
}

/** Meaning of a status for a caller; its sentence is the one of the phone page. */
const meanings: Readonly<Record<number, string>> = {
  404: "the address is not a subscriber of this deployment; where tokens let users in, an address that does not exist gets 480 instead; or the HTTP endpoint does not exist (`http-not-found`)",
  408: "a phone rang and was not answered within `ringSeconds`, or did not respond at all, or an HTTP endpoint did not (`http-timeout`)",
  480: "the address exists and no phone is connected for it: not registered, its tab is closed, or it is reconnecting; with the reason phrase `Do Not Disturb` the called person wants no calls",
  482: "the call came back to where it had been: to oneself while no other phone is connected, or by forwarding in a circle",
  486: "a called phone is busy; or this server says so (next table: `in-call`, `http-busy`, `http-callee-full`)",
  488: "the called phone cannot agree on media: not a WebRTC offer, or no audio in common",
  600: "as 486, from every phone of the user",
  603: "the called person declined, or has blocked the caller (next table: `caller-blocked`)",
};

function origin(status: number): string {
  const isOwn = Object.values(refusals).some((refusal) => statusesOf(refusal.status).includes(status));
  return isOwn ? "see the next table" : "the called phone says so";
}

function callTable(): string {
  const rows = Object.entries(sentences("bob")).map(([status, says]) =>
    row(status, meanings[Number(status)] ?? origin(Number(status)), says),
  );
  const cancelled = row("487", "the caller hung up before an answer", texts.ended.cancelled);
  const all = [...rows, cancelled].toSorted();
  return ["| status the caller gets | meaning here | the phone page says |\n|---|---|---|", ...all].join("\n");
}

/** Lowest first. A reason may have one status as registrar and another as proxy. */
function statusesOf(status: number | { readonly registrar: number; readonly proxy: number }): [number, ...number[]] {
  return typeof status === "number" ? [status] : [status.registrar, status.proxy];
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

const head = (calls: string) => `# Troubleshooting

<!-- Made by \`npm run docs\` from lib/sip/reasons.ts, lib/sip/advice.ts and the words of the phone page. -->

Find the line of the log first: each function writes one JSON line per message, with Call-ID, status and reason. On this
machine \`npx sip-serverless start --call-id <Call-ID>\` shows the lines of one call.

## A page cannot connect

| sign in the browser or the log | meaning | remedy |
|---|---|---|
| handshake 403, log of \`connect\` has "page may not connect" | the page's origin is not in \`allowedOrigins\` | add the origin as the log has it: scheme, host and port, without a path |
| handshake 400 | the client does not offer the subprotocol \`sip\` | \`new WebSocket(url, "sip")\`; JsSIP and SIP.js do it |
| handshake 401 | tokens are required and the client offers no subprotocol | as for 400 |
| handshake 403 where tokens are required | there is no token or ticket, or it is expired, of another issuer or audience, or its claim is not a user of the domain; the log of \`authorize\` has the reason | compare \`iss\`, \`aud\` and the claim with \`tokens\` |
| handshake 429 | \`throttle.connect\`, or the account's quota of new connections | see [scale.md](scale.md) |
| handshake 500 | the function \`connect\` or \`authorize\` failed | its log, level ERROR |
| handshake 404 or no such host | the URL is of an API that no longer exists | the output \`Url\`; a \`customDomain\` stays |

## A connection closes

| close code | meaning | remedy |
|---|---|---|
| 1000, 1005 | the client closed it; or the server, by a reason below that says "closed" | the log of \`default\` or \`timers\` |
| 1001 | API Gateway: ten minutes without a message, or two hours of age | an expiry of 540 s or less keeps the idle limit away; reconnect after two hours |
| 1002, 1007 | an invalid sequence of frames; text that is not UTF-8 | correct the client |
| 1003 | a binary frame | send text frames |
| 1006 | the network broke, or the handshake was refused | the table above |
| 1008 | API Gateway: more messages than its \`throttle\` admits, of all connections together | fewer messages, or a higher \`throttle\` |
| 1009 | a message above 128 KB, or a frame above 32 KB | smaller messages |

## A call does not come up

${calls}

A call that comes up without sound: media goes from browser to browser, and a firewall between them needs a TURN server
([turn.md](turn.md)).

A status that is not in the next table was sent by the other phone and is passed through. A phone may send 480 as well: then the
log line of the call has no \`reason\` of this server.

## Every status that this server sends
`;

const EVENTS = `## Messages without a response

A message that is dropped, a timer that is ignored and a connection that is closed have a reason in the log too.
`;
