// RFC 3261 §16.8, §17.1: phones that never answer (--slow).
import { type Check, claim, claimEqual } from "../check.ts";
import { called } from "../lab/call.ts";

export const timerChecks: readonly Check[] = [
  {
    id: "response-silence",
    section: "RFC 3261 §16.8, §17.1.1.2",
    level: "MUST",
    title: "a phone without any response is given up after 32 seconds with 408",
    needs: ["slow"],
    seconds: 40,
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      await bob.incoming("INVITE", invite.sent.callId);
      const response = await invite.final(45_000);
      claimEqual(response.status, 408, "status");
    },
  },
  {
    id: "response-silence-message",
    section: "RFC 4320 §4.2",
    level: "MUST",
    title: "a MESSAGE that a phone never answers is never answered 408",
    needs: ["slow"],
    seconds: 40,
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const message = alice.request("MESSAGE", bob.aor);
      await bob.incoming("MESSAGE", message.sent.callId);
      await lab.wait(38_000);
      claim(!message.responses().some(({ status }) => status === 408), "408 came");
    },
  },
  {
    id: "response-timer-c",
    section: "RFC 3261 §16.6 step 11, §16.8",
    level: "MUST",
    title: "a phone that only rings is cancelled after more than three minutes, and the caller gets a refusal",
    needs: ["slow"],
    seconds: 330,
    async run(lab) {
      const { bob, invite, received } = await called(lab);
      bob.answer(received, 180);
      const began = performance.now();
      const cancel = await bob.incoming("CANCEL", invite.sent.callId, 320_000);
      claim(performance.now() - began > 180_000, "the CANCEL came before three minutes were over");
      bob.answer(cancel, 200);
      bob.answer(received, 487);
      const { status } = await invite.final();
      claim(status === 408 || status === 487, `the caller got ${status}`);
    },
  },
];
