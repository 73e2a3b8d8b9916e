// RFC 5626 §5.3, RFC 3261 §16.9: a phone that lost its connection during a call.
import { type Check, claimEqual } from "../check.ts";
import { established, ringing } from "../lab/call.ts";
import { claimRefused, claimRefusedInTime, TIMER_F_SECONDS } from "../lab/claims.ts";
import { type Call, establish, SDP, SDP_LINE } from "../lab/dialog.ts";
import type { Lab } from "../lab/lab.ts";
import type { Phone } from "../lab/phone.ts";
import { comeBack, vanish } from "../lab/reconnect.ts";
import { callIdOf } from "../sip/message.ts";

/** Bob's connection breaks during a call and he returns; the caller's next request has to reach him. */
async function recovered(lab: Lab): Promise<{ readonly alice: Phone; readonly bob: Phone; readonly call: Call }> {
  const { alice, bob } = await lab.pair();
  const call = await establish(alice, bob);
  await vanish(lab, bob);
  return { alice, bob: await comeBack(lab, bob, "bob"), call };
}

export const recoveryChecks: readonly Check[] = [
  {
    id: "recovery-bye",
    section: "RFC 5626 §5.3",
    level: "SHOULD",
    title: "a BYE reaches a callee that reconnected during the call",
    needs: ["outbound"],
    async run(lab) {
      const { bob, call } = await recovered(lab);
      const bye = call.caller.request("BYE");
      bob.answer(await bob.incoming("BYE", call.invite.sent.callId), 200);
      await bye.finalOf(200);
    },
  },
  {
    id: "recovery-reinvite",
    section: "RFC 5626 §5.3",
    level: "SHOULD",
    title: "a re-INVITE reaches a callee that reconnected during the call, and its ACK too",
    needs: ["outbound"],
    async run(lab) {
      const { bob, call } = await recovered(lab);
      const { callId } = call.invite.sent;
      const reinvite = call.caller.request("INVITE", { body: SDP, lines: [SDP_LINE] });
      bob.answer(await bob.incoming("INVITE", callId), 200);
      await reinvite.finalOf(200);
      call.caller.ack(reinvite);
      await bob.incoming("ACK", callId);
    },
  },
  {
    id: "recovery-held",
    section: "RFC 5626 §4.5",
    level: "MAY",
    title: "a BYE that is sent before the callee has reconnected reaches it when it has",
    needs: ["outbound"],
    async run(lab) {
      const call = await established(lab);
      const { bob } = call;
      await vanish(lab, bob);
      const bye = call.caller.request("BYE");
      const back = await comeBack(lab, bob, "bob");
      back.answer(await back.incoming("BYE", call.invite.sent.callId), 200);
      await bye.finalOf(200);
    },
  },
  {
    id: "recovery-from-new",
    section: "RFC 5626 §5.3",
    level: "SHOULD",
    title: "a callee that reconnected during the call can speak in it: INFO, re-INVITE and BYE",
    needs: ["outbound"],
    async run(lab) {
      const { alice, bob, call } = await recovered(lab);
      const callee = call.callee.on(bob);
      const { callId } = call.invite.sent;
      const info = callee.request("INFO");
      alice.answer(await alice.incoming("INFO", callId), 200);
      await info.finalOf(200);
      const reinvite = callee.request("INVITE", { body: SDP, lines: [SDP_LINE] });
      alice.answer(await alice.incoming("INVITE", callId), 200);
      await reinvite.finalOf(200);
      callee.ack(reinvite);
      await alice.incoming("ACK", callId);
      const bye = callee.request("BYE");
      alice.answer(await alice.incoming("BYE", callId), 200);
      await bye.finalOf(200);
    },
  },
  {
    id: "recovery-caller",
    section: "RFC 5626 §5.3",
    level: "SHOULD",
    title: "a caller that reconnected during the call is reached, and can speak in it",
    needs: ["outbound"],
    async run(lab) {
      const call = await established(lab);
      const { alice, bob } = call;
      const { callId } = call.invite.sent;
      await vanish(lab, alice);
      const back = await comeBack(lab, alice, "alice");
      const info = call.callee.request("INFO");
      back.answer(await back.incoming("INFO", callId), 200);
      await info.finalOf(200);
      const bye = call.caller.on(back).request("BYE");
      bob.answer(await bob.incoming("BYE", callId), 200);
      await bye.finalOf(200);
    },
  },
  {
    id: "recovery-both",
    section: "RFC 5626 §5.3",
    level: "SHOULD",
    title: "both ends reconnected: the call still can be ended",
    needs: ["outbound"],
    async run(lab) {
      const { alice, bob, call } = await recovered(lab);
      await vanish(lab, alice);
      const back = await comeBack(lab, alice, "alice");
      const bye = call.caller.on(back).request("BYE");
      bob.answer(await bob.incoming("BYE", call.invite.sent.callId), 200);
      await bye.finalOf(200);
    },
  },
  {
    id: "recovery-response",
    section: "RFC 3261 §18.2.2, RFC 5626 §5.3",
    level: "MAY",
    title: "a caller that reconnected while it rang gets the answer on its new connection",
    needs: ["outbound"],
    async run(lab) {
      const { alice, bob, invite, received } = await ringing(lab);
      const { callId } = invite.sent;
      await vanish(lab, alice);
      const back = await comeBack(lab, alice, "alice");
      bob.answer(received, 200);
      const ok = await back.inbox.take("200 to INVITE on the new connection", (message): message is typeof message => {
        return message.kind === "response" && message.status === 200 && callIdOf(message) === callId;
      });
      claimEqual(ok.method, "INVITE", "method");
    },
  },
  {
    id: "recovery-callee-rings",
    section: "RFC 3261 §16.7, RFC 5626 §7",
    level: "MAY",
    title: "a callee that reconnected while it rang can still answer on its new connection",
    needs: ["outbound"],
    async run(lab) {
      const { bob, invite, received } = await ringing(lab);
      await vanish(lab, bob);
      const back = await comeBack(lab, bob, "bob");
      back.answer(received, 200);
      await invite.finalOf(200);
    },
  },
  {
    id: "recovery-failed",
    section: "RFC 5626 §5.3.1",
    level: "SHOULD",
    title: "a request within a call whose other end is gone and not back is 430 before its sender gives up",
    needs: ["outbound"],
    seconds: TIMER_F_SECONDS,
    async run(lab) {
      const call = await established(lab);
      const { bob } = call;
      await vanish(lab, bob);
      await claimRefusedInTime(call.caller.request("INFO"), 430);
    },
  },
  {
    id: "recovery-answered",
    section: "RFC 3261 §16.9",
    level: "MUST",
    title: "a request to a phone whose connection is gone is answered with an error before its sender gives up",
    seconds: TIMER_F_SECONDS,
    async run(lab) {
      const call = await established(lab);
      const { alice, bob } = call;
      bob.connection.cut();
      await claimRefusedInTime(call.caller.request("BYE"));
      await claimRefused(alice.request("INVITE", bob.aor));
    },
  },
];
