// RFC 3261 §17, RFC 6026: retransmissions and matching.
import { type Check, claim, claimEqual } from "../check.ts";
import { called, refused, ringing } from "../lab/call.ts";
import { branchesOf, claimNotReached } from "../lab/claims.ts";
import { dialogOfCaller } from "../lab/dialog.ts";
import { answerOrArrival } from "../lab/either.ts";
import { branchOf } from "../sip/address.ts";
import { callIdOf, hasField, readMessage, valueOf } from "../sip/message.ts";
import { writeAck } from "../sip/write.ts";

export const transactionChecks: readonly Check[] = [
  {
    id: "transaction-register-again",
    section: "RFC 3261 §17.2.2",
    level: "MUST",
    title: "a REGISTER that is repeated is answered as it was",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      const lines = [`Contact: ${alice.device};expires=600`];
      const register = alice.request("REGISTER", `sip:${lab.domain}`, { to: alice.aor, lines });
      await register.finalOf(200);
      register.repeat();
      await register.finalOf(200);
      claimEqual((await alice.bindings()).length, 1, "bindings");
    },
  },
  {
    id: "transaction-invite-again",
    section: "RFC 3261 §17.2.1",
    level: "MUST",
    title: "an INVITE that is repeated rings no second time",
    async run(lab) {
      const { bob, invite, received } = await ringing(lab);
      invite.repeat();
      await lab.quiet();
      claimEqual(bob.received("INVITE", invite.sent.callId).length, 1, "INVITEs at the phone");
      bob.answer(received, 486);
      await invite.finalOf(486);
    },
  },
  {
    id: "transaction-provisional-again",
    section: "RFC 3261 §17.2.1",
    level: "MUST",
    title: "an INVITE that is repeated while it rings gets the last provisional response again",
    async run(lab) {
      const { bob, invite, received } = await called(lab);
      bob.answer(received, 183, { reason: "The last one" });
      await invite.response(183);
      invite.repeat();
      const again = await invite.response(183);
      claimEqual(again.reason, "The last one", "reason phrase");
      bob.answer(received, 486);
      await invite.finalOf(486);
    },
  },
  {
    id: "transaction-100-again",
    section: "RFC 3261 §17.2.1",
    level: "MUST",
    title: "an INVITE that is repeated before the phone's first response gets the 100 again",
    async run(lab) {
      const { bob, invite, received } = await called(lab);
      await invite.response(100);
      invite.repeat();
      await invite.response(100);
      bob.answer(received, 486);
      await invite.finalOf(486);
    },
  },
  {
    id: "transaction-final-again",
    section: "RFC 3261 §17.2.1",
    level: "MUST",
    title:
      "an INVITE that is repeated before the refusal is acknowledged gets the refusal again, and the phone hears nothing of it",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor, {}, { acknowledges: false });
      const received = await bob.incoming("INVITE", invite.sent.callId);
      bob.answer(received, 486);
      const first = await invite.finalOf(486);
      invite.repeat();
      const second = await invite.finalOf(486);
      claimEqual(valueOf(second, "to"), valueOf(first, "to"), "To");
      claimEqual(bob.received("INVITE", invite.sent.callId).length, 1, "INVITEs at the phone");
      const sent = readMessage(invite.sent.text);
      if (sent?.kind === "request") alice.send(writeAck(sent, second));
    },
  },
  {
    id: "transaction-accepted",
    section: "RFC 6026 §7.1",
    level: "MUST",
    title: "an INVITE that is repeated after its 2xx is absorbed",
    async run(lab) {
      const { alice, bob, invite, received } = await called(lab);
      bob.answer(received, 200);
      const ok = await invite.finalOf(200);
      invite.repeat();
      await lab.quiet();
      claimEqual(bob.received("INVITE", invite.sent.callId).length, 1, "INVITEs at the phone");
      const refusals = invite.responses().filter(({ status }) => status >= 300);
      claimEqual(refusals.length, 0, "refusals at the caller");
      dialogOfCaller(alice, invite, ok).ack(invite);
      await bob.incoming("ACK", invite.sent.callId);
    },
  },
  {
    id: "transaction-ack-stays",
    section: "RFC 3261 §17.1.1.3, §17.2.1",
    level: "MUST",
    title: "the caller's ACK for a refusal ends at the server: the phone gets the server's own, and only that",
    async run(lab) {
      const { bob, invite } = await refused(lab, 486);
      await bob.incoming("ACK", invite.sent.callId);
      await lab.quiet();
      claimEqual(bob.received("ACK", invite.sent.callId).length, 1, "ACKs at the phone");
      claimEqual(invite.responses().filter(({ status }) => status >= 200).length, 1, "final responses at the caller");
    },
  },
  {
    id: "transaction-ack-own-refusal",
    section: "RFC 3261 §17.2.1",
    level: "MUST",
    title: "the ACK for a refusal of the server's own is absorbed in silence",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const invite = alice.request("INVITE", `sip:nobody-at-all@${lab.domain}`);
      await invite.final();
      await lab.quiet();
      const finals = invite.responses().filter(({ status }) => status >= 200);
      claimEqual(finals.length, 1, "final responses");
      const acks = alice.inbox.all.filter((message) => message.method === "ACK");
      claimEqual(acks.length, 0, "answers to the ACK");
    },
  },
  {
    id: "transaction-message-again",
    section: "RFC 3261 §17.2.2, §16.11",
    level: "MUST",
    title: "a MESSAGE that is repeated is one transaction at the phone too",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const message = alice.request("MESSAGE", bob.aor);
      const received = await bob.incoming("MESSAGE", message.sent.callId);
      message.repeat();
      await lab.quiet();
      claimEqual(branchesOf(bob.received("MESSAGE", message.sent.callId)), 1, "different branches at the phone");
      bob.answer(received, 200);
      await message.finalOf(200);
    },
  },
  {
    id: "transaction-branches",
    section: "RFC 3261 §17.2.3",
    level: "MUST",
    title: "requests with different branches are different transactions, on one connection and at the same time",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const messages = ["one", "two", "three"].map((body) =>
        alice.request("MESSAGE", bob.aor, { body, lines: ["Content-Type: text/plain"] }),
      );
      const branches = new Set<string>();
      for (const message of messages.toReversed()) {
        const received = await bob.incoming("MESSAGE", message.sent.callId);
        branches.add(branchOf(received));
        bob.answer(received, 200, { body: received.body, lines: ["Content-Type: text/plain"] });
      }
      claimEqual(branches.size, 3, "different branches at the phone");
      for (const message of messages) {
        const { body } = await message.finalOf(200);
        claim(message.sent.text.endsWith(body), `the answer ${body} belongs to another request`);
      }
    },
  },
  {
    id: "transaction-sent-by",
    section: "RFC 3261 §17.2.3",
    level: "MUST",
    title: "the same branch of two clients is two transactions",
    users: 3,
    async run(lab) {
      const [alice, bob, carol] = await Promise.all([lab.online("alice"), lab.online("bob"), lab.online("carol")]);
      const branch = "z9hG4bKthe-same-of-both";
      const one = alice.request("MESSAGE", bob.aor, { branch });
      const two = carol.request("MESSAGE", bob.aor, { branch });
      for (const message of [one, two]) {
        const received = await bob.incoming("MESSAGE", message.sent.callId);
        claimEqual(callIdOf(received), message.sent.callId, "Call-ID");
        bob.answer(received, 200);
      }
      await one.finalOf(200);
      await two.finalOf(200);
    },
  },
  {
    id: "transaction-old-branch",
    section: "RFC 3261 §17.2.3",
    level: "SHOULD",
    title: "a branch of RFC 2543 times, without the magic cookie, is served or refused, not swallowed",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const message = alice.request("MESSAGE", bob.aor, { branch: `1-${bob.host}` });
      const first = await answerOrArrival(message, lab.target.timeoutMs, bob);
      if (first.kind === "response") return;
      bob.answer(first.request, 200);
      await message.finalOf(200);
    },
  },
  {
    id: "transaction-stray-2xx",
    section: "RFC 6026 §8.6, §7.2",
    level: "MUST",
    title: "a 2xx that belongs to no transaction of the server's is not forwarded",
    async run(lab) {
      const { alice, bob, invite, received } = await called(lab);
      const [own = "", ...others] = viaLines(received.text);
      const forged = own.replace(/branch=z9hG4bK[^;,\s]*/, "branch=z9hG4bKnobody-has-this-branch");
      bob.answer(received, 486);
      await invite.finalOf(486);
      bob.answer(received, 200, { vias: [forged, ...others], lines: ["X-Stray: yes"] });
      await lab.quiet();
      claimEqual(
        alice.inbox.all.filter((message) => hasField(message, "x-stray")).length,
        0,
        "stray responses at the caller",
      );
      await claimNotReached(lab, alice, "ACK", invite.sent.callId);
    },
  },
];

/** Values of the Via lines of a text, as they stand. */
function viaLines(text: string): readonly string[] {
  return [...text.matchAll(/^(?:Via|v)[ \t]*:[ \t]*(.*)$/gim)].map(([, value = ""]) => value.trim());
}
