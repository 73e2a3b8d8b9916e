// RFC 3261 §16.7 steps 5 and 10: phones that need not ring any more.
import { type Check, claim, claimEqual } from "../check.ts";
import { ringing } from "../lab/call.ts";
import { claimNotReached } from "../lab/claims.ts";
import { dialogOfCaller } from "../lab/dialog.ts";
import { fork, ringingFork } from "../lab/fork.ts";
import { branchOf } from "../sip/address.ts";
import { valueOf } from "../sip/message.ts";

export const lostBranchChecks: readonly Check[] = [
  {
    id: "response-6xx-cancels",
    section: "RFC 3261 §16.7 step 5",
    level: "SHOULD",
    title: "a 6xx stops the ringing everywhere",
    async run(lab) {
      const { invite, first, second } = await ringingFork(lab);
      first.answer(603);
      await second.phone.acceptCancel(second.received);
      await invite.finalOf(603);
    },
  },
  {
    id: "response-2xx-cancels",
    section: "RFC 3261 §16.7 step 10",
    level: "MUST",
    title: "when one phone answers, those that still ring get a CANCEL, and their 487 ends at the server with an ACK",
    async run(lab) {
      const { alice, invite, first, second } = await ringingFork(lab);
      first.answer(200);
      const ok = await invite.finalOf(200);
      dialogOfCaller(alice, invite, ok).ack(invite);
      const cancel = await second.phone.acceptCancel(second.received);
      claimEqual(branchOf(cancel), branchOf(second.received), "branch of the CANCEL");
      await second.phone.incoming("ACK", invite.sent.callId);
      await lab.quiet();
      claimEqual(invite.responses().filter(({ status }) => status >= 200).length, 1, "final responses at the caller");
      claimEqual(first.phone.received("CANCEL").length, 0, "CANCELs to the phone that answered");
    },
  },
  {
    id: "response-2xx-cancels-later",
    section: "RFC 3261 §9.1, §16.7 step 10",
    level: "MUST",
    title: "a phone that has not responded when another answers is cancelled as soon as it rings",
    async run(lab) {
      const { alice, invite, first, second } = await fork(lab);
      first.answer(200);
      const ok = await invite.finalOf(200);
      dialogOfCaller(alice, invite, ok).ack(invite);
      await claimNotReached(lab, second.phone, "CANCEL", invite.sent.callId);
      second.answer(180);
      await second.phone.acceptCancel(second.received);
    },
  },
  {
    id: "response-cancel-reason",
    section: "RFC 3326 §3.1",
    level: "MAY",
    title: "the CANCEL to phones that lost says in Reason that the call was completed elsewhere",
    async run(lab) {
      const { invite, first, second } = await ringingFork(lab);
      first.answer(200);
      await invite.finalOf(200);
      const cancel = await second.phone.acceptCancel(second.received);
      claim(/^SIP\s*;.*\bcause\s*=\s*200\b/i.test(valueOf(cancel, "reason")), `Reason is ${valueOf(cancel, "reason")}`);
    },
  },
  {
    id: "response-cancel-no-reason",
    section: "RFC 3326 §2",
    level: "MUST",
    title: "the CANCEL of a call that the caller gave up does not say that it was completed elsewhere",
    async run(lab) {
      const { bob, invite, received } = await ringing(lab);
      invite.cancel();
      const cancel = await bob.acceptCancel(received);
      claim(!/cause\s*=\s*200\b/i.test(valueOf(cancel, "reason")), `Reason is ${valueOf(cancel, "reason")}`);
    },
  },
];
