// RFC 3261 §9, §16.10: CANCEL.
import { type Check, claim, claimEqual } from "../check.ts";
import { called, refused, ringing } from "../lab/call.ts";
import { claimNotReached, claimRepeats } from "../lab/claims.ts";
import { dialogOfCallee, dialogOfCaller } from "../lab/dialog.ts";
import { answerOrArrival } from "../lab/either.ts";
import { ringingFork } from "../lab/fork.ts";
import { branchOf, tagIn, uriIn, viasOf } from "../sip/address.ts";
import { cseqOf, hasField } from "../sip/message.ts";

export const cancelChecks: readonly Check[] = [
  {
    id: "cancel-ringing",
    section: "RFC 3261 §16.10",
    level: "MUST",
    title: "a CANCEL while it rings: 200 to the CANCEL, CANCEL to the phone, 487 to the caller",
    async run(lab) {
      const { bob, invite, received } = await ringing(lab);
      const cancel = invite.cancel();
      claimRepeats(await cancel.finalOf(200), cancel.sent);
      await bob.acceptCancel(received);
      claimRepeats(await invite.finalOf(487), invite.sent);
    },
  },
  {
    id: "cancel-at-once",
    section: "RFC 3261 §16.10",
    level: "MUST",
    title: "the CANCEL is answered at once, whatever the phone does",
    async run(lab) {
      const { bob, invite, received } = await ringing(lab);
      await invite.cancel().finalOf(200);
      await bob.incoming("CANCEL", invite.sent.callId);
      await lab.quiet();
      claimEqual(
        invite.responses().filter(({ status }) => status >= 200).length,
        0,
        "final responses before the phone's",
      );
      bob.answer(received, 487);
      await invite.finalOf(487);
    },
  },
  {
    id: "cancel-form",
    section: "RFC 3261 §9.1",
    level: "MUST",
    title:
      "the CANCEL to the phone has Request-URI, Call-ID, From, To and CSeq number of its INVITE, and its topmost Via alone",
    async run(lab) {
      const { bob, invite, received } = await ringing(lab);
      invite.cancel();
      const cancel = await bob.acceptCancel(received);
      claimEqual(cancel.uri, received.uri, "Request-URI");
      claimEqual(cseqOf(cancel), cseqOf(received), "CSeq number");
      claimEqual(tagIn(cancel, "from"), tagIn(received, "from"), "From tag");
      claimEqual(uriIn(cancel, "to"), uriIn(received, "to"), "URI of To");
      claimEqual(tagIn(cancel, "to"), "", "To tag");
      claimEqual(viasOf(cancel).length, 1, "number of Via elements");
      claimEqual(branchOf(cancel), branchOf(received), "branch");
      for (const name of ["require", "proxy-require"]) claim(!hasField(cancel, name), `the CANCEL has ${name}`);
    },
  },
  {
    id: "cancel-before-provisional",
    section: "RFC 3261 §9.1",
    level: "MUST",
    title: "no CANCEL goes to a phone that has not said anything yet; it follows the first provisional response",
    async run(lab) {
      const { bob, invite, received } = await called(lab);
      await invite.response(100);
      await invite.cancel().finalOf(200);
      await claimNotReached(lab, bob, "CANCEL", invite.sent.callId);
      bob.answer(received, 180);
      await bob.acceptCancel(received);
      await invite.finalOf(487);
    },
  },
  {
    id: "cancel-100-suffices",
    section: "RFC 3261 §9.1",
    level: "MUST",
    title: "a 100 of the phone is provisional response enough for a CANCEL",
    async run(lab) {
      const { bob, invite, received } = await called(lab);
      bob.answer(received, 100);
      await invite.response(100);
      await invite.cancel().finalOf(200);
      await bob.acceptCancel(received);
      await invite.finalOf(487);
    },
  },
  {
    id: "cancel-crossed-by-200",
    section: "RFC 3261 §9.1, §16.7 step 5",
    level: "MUST",
    title: "a phone that answers nevertheless: its 200 reaches the caller, and the call is established",
    async run(lab) {
      const { alice, bob, invite, received } = await ringing(lab);
      await invite.cancel().finalOf(200);
      bob.answer(received, 200);
      const ok = await invite.finalOf(200);
      const dialog = dialogOfCaller(alice, invite, ok);
      dialog.ack(invite);
      await bob.incoming("ACK", invite.sent.callId);
      const bye = dialog.request("BYE");
      bob.answer(await bob.incoming("BYE", invite.sent.callId), 200);
      await bye.finalOf(200);
    },
  },
  {
    id: "cancel-after-refusal",
    section: "RFC 3261 §9.2",
    level: "MUST",
    title: "a CANCEL after a refusal changes nothing: no CANCEL to the phone, no further answer to the INVITE",
    async run(lab) {
      const { bob, invite } = await refused(lab, 486);
      await invite.cancel().finalOf(200, 481);
      await claimNotReached(lab, bob, "CANCEL", invite.sent.callId);
      claimEqual(invite.responses().filter(({ status }) => status >= 200).length, 1, "final responses to the INVITE");
    },
  },
  {
    id: "cancel-after-answer",
    section: "RFC 3261 §9.2",
    level: "MUST",
    title: "a CANCEL after the call was answered does not end it",
    async run(lab) {
      const { alice, bob, invite, received } = await called(lab);
      bob.answer(received, 200);
      const ok = await invite.finalOf(200);
      const dialog = dialogOfCaller(alice, invite, ok);
      dialog.ack(invite);
      await bob.incoming("ACK", invite.sent.callId);
      await invite.cancel().finalOf(200, 481);
      await claimNotReached(lab, bob, "CANCEL", invite.sent.callId);
      const bye = dialogOfCallee(bob, received).request("BYE");
      alice.answer(await alice.incoming("BYE", invite.sent.callId), 200);
      await bye.finalOf(200);
    },
  },
  {
    id: "cancel-unknown",
    section: "RFC 3261 §9.2",
    level: "SHOULD",
    title: "a CANCEL that matches nothing is 481, of the server or of the phone it is forwarded to",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const cancel = alice.request("CANCEL", bob.aor);
      const first = await answerOrArrival(cancel, lab.target.timeoutMs, bob);
      if (first.kind === "request") bob.answer(first.request, 481);
      const { status } = first.kind === "response" ? first : await cancel.final();
      claimEqual(status, 481, "status");
    },
  },
  {
    id: "cancel-other-branch",
    section: "RFC 3261 §9.1, §17.2.3",
    level: "MUST",
    title: "a CANCEL with another branch than the INVITE's leaves the call alone",
    async run(lab) {
      const { bob, invite, received } = await ringing(lab);
      const branch = `${invite.sent.branch}x`;
      invite.cancel({ branch });
      await lab.quiet();
      const matched = bob.received("CANCEL", invite.sent.callId).filter((one) => branchOf(one) === branchOf(received));
      claimEqual(matched.length, 0, "CANCELs of this call");
      bob.answer(received, 200);
      await invite.finalOf(200);
    },
  },
  {
    id: "cancel-twice",
    section: "RFC 3261 §17.2.2",
    level: "MUST",
    title: "a CANCEL that is repeated is answered again, and the INVITE gets its one 487",
    async run(lab) {
      const { bob, invite, received } = await ringing(lab);
      const cancel = invite.cancel();
      await cancel.finalOf(200);
      cancel.repeat();
      await cancel.finalOf(200);
      await bob.acceptCancel(received);
      await invite.finalOf(487);
      await lab.quiet();
      claimEqual(invite.responses().filter(({ status }) => status >= 200).length, 1, "final responses to the INVITE");
    },
  },
  {
    id: "cancel-hop-by-hop",
    section: "RFC 3261 §9.2",
    level: "MUST",
    title: "the phone's answer to the CANCEL ends at the server",
    async run(lab) {
      const { bob, invite, received } = await ringing(lab);
      const cancel = invite.cancel();
      await cancel.finalOf(200);
      await bob.acceptCancel(received);
      await invite.finalOf(487);
      await lab.quiet();
      claimEqual(cancel.responses().length, 1, "answers to the CANCEL");
    },
  },
  {
    id: "cancel-every-branch",
    section: "RFC 3261 §16.10",
    level: "MUST",
    title: "all phones that ring are cancelled",
    async run(lab) {
      const { invite, first, second } = await ringingFork(lab);
      await invite.cancel().finalOf(200);
      await Promise.all([first, second].map(({ phone, received }) => phone.acceptCancel(received)));
      await invite.finalOf(487);
    },
  },
  {
    id: "cancel-not-for-message",
    section: "RFC 3261 §9.1",
    level: "MUST",
    title: "a CANCEL for a request other than INVITE does not end it",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const message = alice.request("MESSAGE", bob.aor);
      const received = await bob.incoming("MESSAGE", message.sent.callId);
      message.cancel();
      await lab.quiet();
      for (const cancel of bob.received("CANCEL", message.sent.callId)) bob.answer(cancel, 481);
      bob.answer(received, 200);
      await message.finalOf(200);
    },
  },
  {
    id: "cancel-require",
    section: "RFC 3261 §8.2.2.3",
    level: "MUST",
    title: "Require in a CANCEL is ignored",
    async run(lab) {
      const { bob, invite, received } = await ringing(lab);
      await invite.cancel({ lines: ["Require: nothing-anybody-knows"] }).finalOf(200);
      await bob.acceptCancel(received);
      await invite.finalOf(487);
    },
  },
];
