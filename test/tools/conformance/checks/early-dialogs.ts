// RFC 3261 §12.1, RFC 3262, RFC 3311: requests while it rings.
import { type Check, claimEqual } from "../check.ts";
import { called } from "../lab/call.ts";
import { dialogOfCallee, dialogOfCaller, SDP, SDP_LINE } from "../lab/dialog.ts";
import { listOf, valueOf } from "../sip/message.ts";

export const earlyDialogChecks: readonly Check[] = [
  {
    id: "dialog-early-prack",
    section: "RFC 3262 §3, §4",
    level: "MUST",
    title:
      "a reliable 183 with its body and RSeq reaches the caller, its PRACK the callee, before the call is answered",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor, { lines: ["Supported: 100rel"] });
      const { callId } = invite.sent;
      const received = await bob.incoming("INVITE", callId);
      claimEqual(listOf(received, "supported"), ["100rel"], "Supported");
      bob.answer(received, 183, { lines: ["Require: 100rel", "RSeq: 813520", SDP_LINE], body: SDP });
      const progress = await invite.response(183);
      claimEqual(valueOf(progress, "rseq"), "813520", "RSeq");
      claimEqual(progress.body, SDP, "body of the 183");
      const dialog = dialogOfCaller(alice, invite, progress);
      const prack = dialog.request("PRACK", { lines: [`RAck: 813520 ${invite.sent.cseq} INVITE`] });
      const acknowledged = await bob.incoming("PRACK", callId);
      claimEqual(valueOf(acknowledged, "rack"), `813520 ${invite.sent.cseq} INVITE`, "RAck");
      bob.answer(acknowledged, 200);
      await prack.finalOf(200);
      bob.answer(received, 200);
      await invite.finalOf(200);
      dialog.ack(invite);
      await bob.incoming("ACK", callId);
    },
  },
  {
    id: "dialog-early-update",
    section: "RFC 3311 §5",
    level: "MUST",
    title: "an UPDATE passes while it rings, both ways",
    async run(lab) {
      const { alice, bob, invite, received } = await called(lab);
      const { callId } = invite.sent;
      bob.answer(received, 180);
      const early = dialogOfCaller(alice, invite, await invite.response(180));
      const ofCaller = early.request("UPDATE", { body: SDP, lines: [SDP_LINE] });
      bob.answer(await bob.incoming("UPDATE", callId), 200);
      await ofCaller.finalOf(200);
      const ofCallee = dialogOfCallee(bob, received).request("UPDATE", { body: SDP, lines: [SDP_LINE] });
      alice.answer(await alice.incoming("UPDATE", callId), 200);
      await ofCallee.finalOf(200);
      bob.answer(received, 486);
      await invite.finalOf(486);
    },
  },
  {
    id: "dialog-bye-early",
    section: "RFC 3261 §15",
    level: "MUST",
    title: "a BYE ends an early dialog",
    async run(lab) {
      const { alice, bob, invite, received } = await called(lab);
      const { callId } = invite.sent;
      bob.answer(received, 180);
      const early = dialogOfCaller(alice, invite, await invite.response(180));
      const bye = early.request("BYE");
      bob.answer(await bob.incoming("BYE", callId), 200);
      bob.answer(received, 487);
      await bye.finalOf(200);
      await invite.finalOf(487);
    },
  },
];
