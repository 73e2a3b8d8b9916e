// RFC 3261 §14 through the proxy: a call is changed while it is up.
import { type Check, claimEqual } from "../check.ts";
import { established } from "../lab/call.ts";
import { claimRepeats } from "../lab/claims.ts";
import { directions, SDP, SDP_LINE } from "../lab/dialog.ts";
import { branchOf } from "../sip/address.ts";
import { cseqOf } from "../sip/message.ts";
import { random } from "../sip/write.ts";

export const reinviteChecks: readonly Check[] = [
  {
    id: "dialog-reinvite",
    section: "RFC 3261 §14",
    level: "MUST",
    title: "a re-INVITE, its answer and its ACK pass, both ways",
    async run(lab) {
      const call = await established(lab);
      const { alice, bob } = call;
      for (const { from, to, dialog } of directions(call, alice, bob)) {
        const hold = SDP.replace("sendrecv", "sendonly");
        const reinvite = dialog.request("INVITE", { body: hold, lines: [SDP_LINE] });
        const received = await to.incoming("INVITE", call.invite.sent.callId);
        claimEqual(received.body, hold, "body");
        to.answer(received, 200, { body: SDP, lines: [SDP_LINE] });
        claimRepeats(await reinvite.finalOf(200), reinvite.sent);
        dialog.ack(reinvite);
        const ack = await to.incoming("ACK", call.invite.sent.callId);
        claimEqual(cseqOf(ack), reinvite.sent.cseq, `CSeq number of the ACK of ${from.name}`);
      }
    },
  },
  {
    id: "dialog-reinvite-provisional",
    section: "RFC 3261 §14",
    level: "MUST",
    title: "provisional answers to a re-INVITE pass",
    async run(lab) {
      const { bob, caller, invite } = await established(lab);
      const reinvite = caller.request("INVITE", { body: SDP, lines: [SDP_LINE] });
      const received = await bob.incoming("INVITE", invite.sent.callId);
      bob.answer(received, 183);
      await reinvite.response(183);
      bob.answer(received, 200);
      await reinvite.finalOf(200);
      caller.ack(reinvite);
      await bob.incoming("ACK", invite.sent.callId);
    },
  },
  {
    id: "dialog-reinvite-refused",
    section: "RFC 3261 §14.1, §17.1.1.3",
    level: "MUST",
    title: "a re-INVITE that is refused: the answer reaches the caller, an ACK the callee, and the call goes on",
    async run(lab) {
      const call = await established(lab);
      const { alice, bob } = call;
      const { callId } = call.invite.sent;
      for (const { to, dialog } of directions(call, alice, bob)) {
        const reinvite = dialog.request("INVITE", { body: SDP, lines: [SDP_LINE] });
        const received = await to.incoming("INVITE", callId);
        to.answer(received, 488);
        await reinvite.finalOf(488);
        const ack = await to.incoming("ACK", callId);
        claimEqual(branchOf(ack), branchOf(received), "branch of the ACK");
        claimEqual(cseqOf(ack), cseqOf(received), "CSeq number of the ACK");
      }
      const bye = call.caller.request("BYE");
      bob.answer(await bob.incoming("BYE", callId), 200);
      await bye.finalOf(200);
    },
  },
  {
    id: "dialog-reinvite-glare",
    section: "RFC 3261 §14.1",
    level: "MUST",
    title: "two re-INVITEs at once: each gets the other end's 491 and its ACK",
    async run(lab) {
      const { alice, bob, caller, callee, invite } = await established(lab);
      const [ofCaller, ofCallee] = [caller.request("INVITE"), callee.request("INVITE")];
      bob.answer(await bob.incoming("INVITE", invite.sent.callId), 491);
      alice.answer(await alice.incoming("INVITE", invite.sent.callId), 491);
      await ofCaller.finalOf(491);
      await ofCallee.finalOf(491);
      await bob.incoming("ACK", invite.sent.callId);
      await alice.incoming("ACK", invite.sent.callId);
    },
  },
  {
    id: "dialog-reinvite-cancelled",
    section: "RFC 3261 §9, §14",
    level: "MUST",
    title: "a re-INVITE can be cancelled, and the call goes on",
    async run(lab) {
      const { bob, caller, invite } = await established(lab);
      const { callId } = invite.sent;
      const reinvite = caller.request("INVITE", { body: SDP, lines: [SDP_LINE] });
      const received = await bob.incoming("INVITE", callId);
      bob.answer(received, 180);
      await reinvite.response(180);
      const cancel = reinvite.cancel();
      const arrived = await bob.acceptCancel(received);
      claimEqual(branchOf(arrived), branchOf(received), "branch of the CANCEL");
      await cancel.finalOf(200);
      await reinvite.finalOf(487);
      await bob.incoming("ACK", callId);
      const bye = caller.request("BYE");
      bob.answer(await bob.incoming("BYE", callId), 200);
      await bye.finalOf(200);
    },
  },
  {
    id: "dialog-target-refresh",
    section: "RFC 3261 §12.2",
    level: "MUST",
    title: "a request within a call keeps its Request-URI: the contact of a re-INVITE is where later requests go",
    async run(lab) {
      const { alice, bob, caller, callee, invite } = await established(lab);
      const { callId } = invite.sent;
      const contact = `sip:moved-${random(4)}@${bob.host};transport=ws;x=y`;
      const reinvite = callee.request("INVITE", { contact: `<${contact}>` });
      alice.answer(await alice.incoming("INVITE", callId), 200);
      await reinvite.finalOf(200);
      callee.ack(reinvite);
      await alice.incoming("ACK", callId);
      const bye = alice.request("BYE", contact, {
        callId,
        fromTag: caller.localTag,
        to: caller.remote,
        toTag: caller.remoteTag,
        routes: caller.routes,
      });
      const received = await bob.incoming("BYE", callId);
      bob.answer(received, 200);
      await bye.finalOf(200);
      claimEqual(received.uri, contact, "Request-URI");
    },
  },
];
