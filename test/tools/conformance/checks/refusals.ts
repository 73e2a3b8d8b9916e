// RFC 3261 §16.7, §17.1.1: a refusal on its way back.
import { type Check, claimEqual, skip } from "../check.ts";
import { called, refused } from "../lab/call.ts";
import { ANSWER_LINES } from "../lab/claims.ts";
import { dialogOfCaller } from "../lab/dialog.ts";
import { ringingFork } from "../lab/fork.ts";
import { branchOf, contactsOf, tagIn, viasOf } from "../sip/address.ts";
import { cseqOf, valueOf, valuesOf } from "../sip/message.ts";

export const refusalChecks: readonly Check[] = [
  {
    id: "response-refusal",
    section: "RFC 3261 §16.7 steps 6 and 9",
    level: "MUST",
    title: "the refusal of the only phone is forwarded as it is",
    async run(lab) {
      const { bob, invite, received } = await called(lab);
      bob.answer(received, 486, {
        reason: "Busy, sorry",
        body: "leave me",
        lines: ["Content-Type: text/plain", "Retry-After: 3600", ...ANSWER_LINES],
      });
      const response = await invite.final();
      claimEqual(response.startLine, "SIP/2.0 486 Busy, sorry", "start line");
      claimEqual(response.body, "leave me", "body");
      claimEqual(valueOf(response, "retry-after"), "3600", "Retry-After");
      claimEqual(valuesOf(response, "x-unknown"), ['one,  two ,"three"', "four"], "X-Unknown");
    },
  },
  {
    id: "response-refusal-ack",
    section: "RFC 3261 §17.1.1.3",
    level: "MUST",
    title:
      "the server acknowledges a refusal itself: with branch and Request-URI of the INVITE, To of the answer, one Via",
    async run(lab) {
      const { bob, invite, received } = await refused(lab, 486);
      const ack = await bob.incoming("ACK", invite.sent.callId);
      claimEqual(ack.uri, received.uri, "Request-URI");
      claimEqual(branchOf(ack), branchOf(received), "branch");
      claimEqual(viasOf(ack).length, 1, "number of Via elements");
      claimEqual(tagIn(ack, "to"), bob.tag, "To tag");
      claimEqual(tagIn(ack, "from"), tagIn(received, "from"), "From tag");
      claimEqual(cseqOf(ack), cseqOf(received), "CSeq number");
    },
  },
  {
    id: "response-refusal-ack-early",
    section: "RFC 3261 §17.1.1.2",
    level: "MUST",
    title: "a refusal is acknowledged at once, also while other phones ring on",
    async run(lab) {
      const { invite, first, second } = await ringingFork(lab);
      first.answer(486);
      await first.phone.incoming("ACK", invite.sent.callId);
      claimEqual(invite.responses().filter(({ status }) => status >= 200).length, 0, "final responses at the caller");
      second.answer(480);
      await second.phone.incoming("ACK", invite.sent.callId);
      await invite.final();
    },
  },
  {
    id: "response-refusal-again",
    section: "RFC 3261 §17.1.1.2",
    level: "MUST",
    title: "a refusal that the phone repeats is acknowledged again and not forwarded again",
    async run(lab) {
      const { bob, invite, received } = await refused(lab, 486);
      await bob.incoming("ACK", invite.sent.callId);
      bob.answer(received, 486);
      await lab.quiet();
      claimEqual(invite.responses().filter(({ status }) => status >= 200).length, 1, "final responses at the caller");
    },
  },
  {
    id: "response-late-provisional",
    section: "RFC 3261 §16.7 step 5",
    level: "MUST",
    title: "a provisional response that comes after the refusal is not forwarded",
    async run(lab) {
      const { bob, invite, received } = await refused(lab, 486);
      bob.answer(received, 180);
      await lab.quiet();
      claimEqual(invite.responses().filter(({ status }) => status === 180).length, 0, "180s at the caller");
    },
  },
  {
    id: "response-refusal-then-2xx",
    section: "RFC 3261 §16.7 step 5",
    level: "MUST",
    title: "one phone refuses, the other answers: the caller gets the 2xx and no refusal",
    async run(lab) {
      const { alice, invite, first, second } = await ringingFork(lab);
      first.answer(486);
      second.answer(200);
      const ok = await invite.finalOf(200);
      dialogOfCaller(alice, invite, ok).ack(invite);
      await second.phone.incoming("ACK", invite.sent.callId);
      await lab.quiet();
      claimEqual(invite.responses().filter(({ status }) => status >= 300).length, 0, "refusals at the caller");
    },
  },
  {
    id: "response-3xx",
    section: "RFC 3261 §16.7 steps 4 and 9",
    level: "MUST",
    title: "a 3xx that the server does not follow reaches the caller with its contacts",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const contact = '<sip:elsewhere@somewhere-else.invalid;x=y>;q=0.7, "Or here" <tel:+1-201-555-0123>';
      bob.answer(await bob.incoming("INVITE", invite.sent.callId), 302, { contact });
      const response = await invite.final();
      if (response.status !== 302) skip(`the server followed it and got ${response.status}`);
      claimEqual(
        contactsOf(response).map(({ uri }) => uri),
        ["sip:elsewhere@somewhere-else.invalid;x=y", "tel:+1-201-555-0123"],
        "contacts",
      );
    },
  },
];
