// The server as notifier of waiting messages (RFC 3842), which a mailbox publishes.
import { type Check, claimEqual, skip } from "../check.ts";
import { EXPIRES, watch } from "../lab/subscription.ts";
import { valueOf } from "../sip/message.ts";
import { random } from "../sip/write.ts";

const TYPE = "application/simple-message-summary";

const needs = ["message-summary"] as const;

export const messageSummaryChecks: readonly Check[] = [
  {
    id: "events-summary-published",
    section: "RFC 3842 §3.5, §5.2",
    level: "MUST",
    title: "a summary of waiting messages that is published reaches the user's phone with its lines and its type",
    needs,
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const { next } = await watch(alice, alice.aor, "message-summary");
      const own = `X-Conformance: ${random()}\r\n`;
      const body = `Messages-Waiting: yes\r\nMessage-Account: ${alice.aor}\r\nVoice-Message: 2/8 (0/2)\r\n\r\n${own}`;
      const lines = ["Event: message-summary", `Expires: ${EXPIRES}`, `Content-Type: ${TYPE}`];
      const { status } = await alice.request("PUBLISH", alice.aor, { lines, body }).final();
      if (status >= 300) skip(`a PUBLISH of a summary got ${status}`);
      const change = await next();
      claimEqual(valueOf(change, "content-type").toLowerCase(), TYPE, "Content-Type");
      claimEqual(change.body, body, "summary");
    },
  },
  {
    id: "events-summary-owner",
    section: "RFC 3842 §3.7",
    level: "SHOULD",
    title: "the waiting messages of a user are not told to another user",
    needs,
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const lines = ["Event: message-summary", `Expires: ${EXPIRES}`];
      await alice.request("SUBSCRIBE", bob.aor, { lines }).finalOf(403, 603);
    },
  },
];
