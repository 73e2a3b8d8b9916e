import { expect, test } from "@jest/globals";
import {
  callReason,
  type Cause,
  registrationReason,
  textReason,
  transferReason,
} from "../../../lib/phone/page/reasons.ts";

test.each<[string, boolean, Cause, string]>([
  ["one's own end", false, { originator: "local", cause: "Terminated" }, "You hung up."],
  ["the other's end", true, { originator: "remote", cause: "Terminated" }, "bob hung up."],
  ["one's own cancel", false, { originator: "local", cause: "Canceled" }, "Call cancelled."],
  ["the other's cancel", true, { originator: "remote", cause: "Canceled" }, "Missed call from bob."],
  ["one's own refusal", true, { originator: "local", cause: "Rejected" }, "Call declined."],
  ["a refusal", false, { originator: "remote", cause: "Rejected", status: 603 }, "bob declined the call."],
  [
    "a server's refusal",
    false,
    { originator: "remote", cause: "Rejected", status: 403 },
    "The server does not allow this call.",
  ],
  ["ringing in vain", true, { originator: "local", cause: "No Answer" }, "Missed call from bob."],
  ["an unanswered call", false, { originator: "remote", cause: "Unavailable", status: 408 }, "bob did not answer."],
  [
    "a lost connection",
    false,
    { originator: "local", cause: "Connection Error" },
    "The connection to the server was lost.",
  ],
  [
    "a status without words",
    false,
    { originator: "remote", cause: "SIP Failure Code", status: 513 },
    "The call failed (513).",
  ],
  ["nothing known", false, {}, "The call failed."],
])("%s is put in words", (_what, incoming, cause, words) => {
  expect(callReason("bob", incoming, cause)).toBe(words);
});

test.each<[Cause, string, boolean]>([
  [{ cause: "Authentication Error", status: 401 }, "Name or password is wrong.", false],
  [{ cause: "Rejected", status: 403 }, "Name or password is wrong.", false],
  [{ cause: "Request Timeout" }, "The server does not answer.", true],
  [{ cause: "Connection Error" }, "The connection was lost.", true],
  [{ cause: "SIP Failure Code", status: 503 }, "Too many failed sign-ins, or the server is busy.", true],
  [{ cause: "SIP Failure Code", status: 500 }, "The server is in trouble.", true],
  [{ cause: "SIP Failure Code", status: 420 }, "The server refused the sign-in (420).", false],
])("signing in: %j is put in words, and is tried again only if that can help", (cause, words, passing) => {
  expect(registrationReason(cause)).toEqual({ words, passing });
});

test.each([
  [404, "There is nobody called carol.", "There is nobody called carol."],
  [486, "carol is busy.", "carol is busy."],
  [500, "The transfer failed (500).", "The text was not delivered (500)."],
  [0, "The transfer failed.", "The text was not delivered."],
])("%i in answer to a transfer or a text is put in words", (status, transfer, text) => {
  expect([transferReason("carol", status), textReason("carol", status)]).toEqual([transfer, text]);
});
