import { expect, test } from "@jest/globals";
import { refusals } from "../../../lib/sip/reasons.ts";
import {
  callReason,
  type Cause,
  registrationReason,
  textReason,
  transferReason,
} from "../../../lib/phone/page/sip/reasons.ts";

test.each<[string, boolean, Cause, string]>([
  ["one's own end", false, { originator: "local", cause: "Terminated" }, "You hung up."],
  ["the other's end", true, { originator: "remote", cause: "Terminated" }, "bob hung up."],
  ["one's own cancel", false, { originator: "local", cause: "Canceled" }, "Call cancelled."],
  ["the other's cancel", true, { originator: "remote", cause: "Canceled" }, "Missed call from bob."],
  [
    "a CANCEL because another phone answered (RFC 3326)",
    true,
    { originator: "remote", cause: "Canceled", reason: 'SIP;cause=200;text="Call completed elsewhere"' },
    "The call from bob was answered on another phone.",
  ],
  ["one's own refusal", true, { originator: "local", cause: "Rejected" }, "Call declined."],
  [
    "a refusal",
    false,
    { originator: "remote", cause: "Rejected", status: 603 },
    "bob declined the call. Try again later, or write a text.",
  ],
  [
    "a server's refusal",
    false,
    { originator: "remote", cause: "Rejected", status: 403 },
    "The server does not allow this call. Only addresses of your own domain can be called; check the address.",
  ],
  ["ringing in vain", true, { originator: "local", cause: "No Answer" }, "Missed call from bob."],
  [
    "an unanswered call",
    false,
    { originator: "remote", cause: "Unavailable", status: 408 },
    "bob did not answer. Try again later, or write a text.",
  ],
  [
    "a call to oneself",
    false,
    { originator: "remote", cause: "Rejected", status: 482 },
    "Calls to this address come back to your own, and your other phones are offline. Call another person.",
  ],
  [
    "do not disturb",
    false,
    { originator: "remote", cause: "Unavailable", status: 480, phrase: "Do Not Disturb" },
    "bob does not want to be disturbed now. Try again later, or write a text.",
  ],
  [
    "a lost connection",
    false,
    { originator: "local", cause: "Connection Error" },
    "The connection to the server was lost. Call again when the phone is ready.",
  ],
  [
    "a status without words",
    false,
    { originator: "remote", cause: "SIP Failure Code", status: 599 },
    "The call failed (599). Try again.",
  ],
  ["nothing known", false, {}, "The call failed. Try again."],
])("%s is shown as a sentence", (_what, incoming, cause, words) => {
  expect(callReason("bob", incoming, cause)).toBe(words);
});

test.each<[Cause, string, boolean]>([
  [{ cause: "Authentication Error", status: 401 }, "Name or password is wrong. Check both and try again.", false],
  [
    { cause: "Rejected", status: 403 },
    "This server does not serve the domain example.org. Check the domain and try again.",
    false,
  ],
  [{ cause: "Request Timeout" }, "The server does not answer. Check your network and try again.", true],
  [
    { cause: "SIP Failure Code", status: 503, retryAfter: 30 },
    "Too many failed sign-ins, or the server is busy. Wait 30 seconds, then try again. The right password works then.",
    true,
  ],
  [{ cause: "SIP Failure Code", status: 500 }, "The server has a problem. Try again in a few minutes.", true],
  [
    { cause: "SIP Failure Code", status: 420 },
    "The server refused the sign-in (420). Ask the person who runs it.",
    false,
  ],
])("signing in: %j is shown as a sentence, and is temporary only if waiting can help", (cause, words, passing) => {
  expect(registrationReason(cause, "example.org")).toEqual({ words, passing });
});

test.each([
  [404, "carol does not exist here. Check the name.", "carol does not exist here. Check the name."],
  [486, "carol is busy. Try again in a few minutes.", "carol is busy. Try again in a few minutes."],
  [
    500,
    "The server has a problem. Try again in a few minutes.",
    "The server has a problem. Try again in a few minutes.",
  ],
  [513, "This call is too large for the server. Try a call without video.", "This text is too long. Send it in parts."],
  [
    599,
    "The transfer failed (599). You are still connected.",
    "The text to carol was not delivered (599). Send it again later.",
  ],
  [0, "The transfer failed. You are still connected.", "The text to carol was not delivered. Send it again later."],
])("%i in response to a transfer or a text is shown as a sentence", (status, transfer, text) => {
  expect([transferReason("carol", status), textReason("carol", status)]).toEqual([transfer, text]);
});

test("each status that the server sends to a caller has a sentence", () => {
  const sent = Object.values(refusals).flatMap(({ status }) =>
    typeof status === "number" ? [status] : [status.proxy],
  );
  const own = new Set([407, 423, 439, 555]); // of signing in: a phone answers them by itself
  for (const status of [406, 412, 421, 489]) own.add(status); // of subscriptions and publications
  own.add(405); // of requests within a call to an address that is answered over HTTP
  const numbered = sent.filter((status) => callReason("bob", false, { status }).includes(`(${status})`));
  expect(numbered.filter((status) => !own.has(status))).toEqual([]);
});
