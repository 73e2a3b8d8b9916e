// RFC 3261 §7, §18.3: how a message is read.
import { type Check, claim, claimEqual } from "../check.ts";
import { claimNotReached, claimRefused } from "../lab/claims.ts";
import { answerOrArrival } from "../lab/either.ts";
import type { Lab } from "../lab/lab.ts";
import type { Phone } from "../lab/phone.ts";
import type { SipMessage, SipResponse } from "../sip/message.ts";
import { random } from "../sip/write.ts";

/** A REGISTER whose text was changed by hand; it still has to be accepted. */
async function registerAs(lab: Lab, phone: Phone, change: (text: string) => string): Promise<SipResponse> {
  const sent = phone.compose("REGISTER", `sip:${lab.domain}`, { to: phone.aor, contact: `<${phone.contact}>` });
  return phone.follow({ ...sent, text: change(sent.text) }).finalOf(200);
}

/** The message without one header field is not delivered. */
function missing(name: string): Check {
  return {
    id: `message-without-${name.toLowerCase()}`,
    section: "RFC 3261 §8.1.1, §16.3 step 1",
    level: "MUST",
    title: `a request without ${name} is not forwarded, and an answer to it is 4xx`,
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const body = `no ${name}, ${random()}`;
      const sent = alice.compose("MESSAGE", bob.aor, { body });
      const text = sent.text.replace(new RegExp(`^${name}:.*\r\n`, "m"), "");
      alice.watch(sent);
      alice.connection.send(text);
      await lab.quiet();
      const reached = bob.connection.frames.filter(({ text }) => text.includes(body));
      claimEqual(reached.length, 0, "messages that were forwarded");
      const answers = alice.inbox.all.filter(({ kind }) => kind === "response");
      const isWrong = (answer: SipMessage): boolean =>
        answer.kind === "response" && answer.method !== "REGISTER" && (answer.status < 400 || answer.status > 499);
      const wrong = answers.find(isWrong);
      claim(wrong === undefined, `answered ${wrong?.startLine}`);
      await lab.stillAnswers(alice);
    },
  };
}

export const messageChecks: readonly Check[] = [
  {
    id: "message-case",
    section: "RFC 3261 §7.3.1",
    level: "MUST",
    title: "header names are read in any case, with any white space around the colon",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      await registerAs(lab, alice, (text) =>
        text
          .replace("Via: ", "vIA :  ")
          .replace("From: ", "FROM\t: ")
          .replace("To: ", "to:")
          .replace("CSeq: ", "cSEQ : "),
      );
    },
  },
  {
    id: "message-compact",
    section: "RFC 3261 §7.3.3",
    level: "MUST",
    title: "the compact forms of header names are read",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      await registerAs(lab, alice, (text) =>
        text
          .replace("Via: ", "v: ")
          .replace("From: ", "f: ")
          .replace("To: ", "t: ")
          .replace("Call-ID: ", "i: ")
          .replace("Contact: ", "m: ")
          .replace("Content-Length: ", "l: "),
      );
      const bindings = await alice.bindings();
      claim(
        bindings.some(({ uri }) => uri === alice.contact),
        "the Contact written as m was not registered",
      );
    },
  },
  {
    id: "message-folding",
    section: "RFC 3261 §7.3.1",
    level: "MUST",
    title: "header fields that go on in the next line are read",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      await registerAs(lab, alice, (text) =>
        text.replace("From: ", "From:\r\n ").replace(";tag=", "\r\n\t;tag=").replace("CSeq: ", "CSeq:\r\n\t "),
      );
    },
  },
  {
    id: "message-quoted",
    section: "RFC 3261 §25.1",
    level: "MUST",
    title: "commas, brackets and escaped quotes in a display name mean nothing",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      await registerAs(lab, alice, (text) => text.replace(/^From: "[^"]*"/m, 'From: "A, \\"B\\" <sip:c@d>;tag=e"'));
    },
  },
  missing("From"),
  missing("To"),
  missing("Call-ID"),
  missing("CSeq"),
  missing("Via"),
  {
    id: "message-cseq-method",
    section: "RFC 3261 §8.1.1.5",
    level: "MUST",
    title: "a request whose CSeq names another method is not forwarded",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const sent = alice.compose("MESSAGE", bob.aor);
      alice.watch(sent);
      alice.send(sent.text.replace(/^(CSeq: \d+) MESSAGE/m, "$1 INFO"));
      await claimNotReached(lab, bob, "MESSAGE", sent.callId);
    },
  },
  {
    id: "message-length-too-large",
    section: "RFC 3261 §18.3",
    level: "SHOULD",
    title: "a body shorter than its Content-Length is 400",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const sent = alice.compose("MESSAGE", bob.aor, { body: "short", lines: ["Content-Type: text/plain"] });
      const transaction = alice.follow({ ...sent, text: sent.text.replace("Content-Length: 5", "Content-Length: 50") });
      await claimRefused(transaction, 400);
      await claimNotReached(lab, bob, "MESSAGE", sent.callId);
    },
  },
  {
    id: "message-length-too-small",
    section: "RFC 3261 §18.3",
    level: "SHOULD",
    title: "the text after Content-Length octets is not part of the message",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const sent = alice.compose("MESSAGE", bob.aor, { body: "long enough", lines: ["Content-Type: text/plain"] });
      const transaction = alice.follow({ ...sent, text: sent.text.replace("Content-Length: 11", "Content-Length: 4") });
      const first = await answerOrArrival(transaction, lab.target.timeoutMs, bob);
      if (first.kind === "response") return claim(first.status === 400, `refused with ${first.startLine}`);
      bob.answer(first.request, 200);
      await transaction.finalOf(200);
      claimEqual(first.request.body, "long", "body");
    },
  },
];
