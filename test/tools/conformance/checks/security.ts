// RFC 3261 §26 and the security considerations of other RFCs: an attacker who knows everything about a call, but is not
// part of it, must not be able to affect it.
import { type Check, claim, claimEqual } from "../check.ts";
import { called, established } from "../lab/call.ts";
import { claimNotReached, claimRefused } from "../lab/claims.ts";
import { establish } from "../lab/dialog.ts";
import { answerOrArrival } from "../lab/either.ts";
import type { Lab } from "../lab/lab.ts";
import type { Phone } from "../lab/phone.ts";
import { hasField, type SipRequest } from "../sip/message.ts";
import { random, writeResponse } from "../sip/write.ts";

interface Three {
  readonly alice: Phone;
  readonly bob: Phone;
  readonly carol: Phone;
}

async function three(lab: Lab): Promise<Three> {
  const [alice, bob, carol] = await Promise.all([lab.online("alice"), lab.online("bob"), lab.online("carol")]);
  return { alice, bob, carol };
}

/** Carol answers a request that bob got. */
function answerAsThird(carol: Phone, received: SipRequest, status: number): void {
  const lines = ["X-Forged: yes"];
  carol.send(writeResponse(received, status, { contact: carol.contact, tag: carol.tag }, { lines }));
}

export const securityChecks: readonly Check[] = [
  {
    id: "security-third-answers",
    section: "RFC 3261 §26.1, §18.1.2",
    level: "SHOULD",
    title: "a third party cannot answer a call, even with the branch of its INVITE",
    users: 3,
    async run(lab) {
      const { alice, bob, carol } = await three(lab);
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      bob.answer(received, 180);
      await invite.response(180);
      for (const status of [183, 200, 486]) answerAsThird(carol, received, status);
      await lab.quiet();
      claimEqual(
        alice.inbox.all.filter((message) => hasField(message, "x-forged")).length,
        0,
        "forged answers at the caller",
      );
      bob.answer(received, 486);
      await invite.finalOf(486);
    },
  },
  {
    id: "security-third-answers-in-dialog",
    section: "RFC 3261 §26.1, §18.1.2",
    level: "SHOULD",
    title: "a third party cannot answer a request within a call either",
    users: 3,
    async run(lab) {
      const { alice, bob, carol } = await three(lab);
      const { caller, invite } = await establish(alice, bob);
      const bye = caller.request("BYE");
      const received = await bob.incoming("BYE", invite.sent.callId);
      answerAsThird(carol, received, 200);
      await lab.quiet();
      claimEqual(
        alice.inbox.all.filter((message) => hasField(message, "x-forged")).length,
        0,
        "forged answers at the caller",
      );
      bob.answer(received, 200);
      await bye.finalOf(200);
    },
  },
  {
    id: "security-third-cancels",
    section: "RFC 3261 §9.2, §26.1",
    level: "SHOULD",
    title: "a third party cannot cancel a call, even with a copy of its INVITE",
    users: 3,
    async run(lab) {
      const { alice, bob, carol } = await three(lab);
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      bob.answer(received, 180);
      await invite.response(180);
      const cancel = invite.sent.text.replace(/^INVITE /, "CANCEL ").replace(/^(CSeq: \d+) INVITE/m, "$1 CANCEL");
      carol.send(cancel);
      await claimNotReached(lab, bob, "CANCEL", invite.sent.callId);
      bob.answer(received, 200);
      await invite.finalOf(200);
    },
  },
  {
    id: "security-third-hangs-up",
    section: "RFC 3261 §26.1",
    level: "SHOULD",
    title: "a third party cannot hang up a call, even with its route set and tags",
    users: 3,
    async run(lab) {
      const { alice, bob, carol } = await three(lab);
      const call = await establish(alice, bob);
      await claimRefused(call.caller.on(carol).request("BYE"));
      await claimNotReached(lab, bob, "BYE", call.invite.sent.callId);
      await claimNotReached(lab, alice, "BYE", call.invite.sent.callId);
    },
  },
  {
    id: "security-third-hangs-up-as-itself",
    section: "RFC 3261 §26.1",
    level: "SHOULD",
    title: "nor with its own name in From",
    users: 3,
    async run(lab) {
      const { alice, bob, carol } = await three(lab);
      const call = await establish(alice, bob);
      await claimRefused(call.caller.on(carol).request("BYE", { from: carol.aor }));
      await claimNotReached(lab, bob, "BYE", call.invite.sent.callId);
    },
  },
  {
    id: "security-stranger-in-dialog",
    section: "RFC 3261 §26.1",
    level: "SHOULD",
    title: "a stranger who knows them cannot, either",
    async run(lab) {
      const call = await established(lab);
      const { bob } = call;
      const stranger = await lab.stranger();
      await claimRefused(call.caller.on(stranger).request("BYE"));
      await claimNotReached(lab, bob, "BYE", call.invite.sent.callId);
    },
  },
  {
    id: "security-forged-route",
    section: "RFC 5626 §5.3.1",
    level: "SHOULD",
    title: "a Record-Route entry that was tampered with is refused: 403",
    async run(lab) {
      const { bob, caller, invite } = await established(lab);
      const [own = ""] = caller.routes;
      const user = /<sips?:([^@>]*)@/.exec(own)?.[1] ?? "";
      const routes = user === "" ? [own] : [own.replace(user, tamper(user)), ...caller.routes.slice(1)];
      const info = caller.request("INFO", { routes });
      if (user === "") {
        // Nothing in it can be tampered with; then it must not matter who uses it.
        await answerOrArrival(info, lab.target.timeoutMs, bob);
        return;
      }
      await claimRefused(info, 403);
      await claimNotReached(lab, bob, "INFO", invite.sent.callId);
    },
  },
  {
    id: "security-forged-via",
    section: "RFC 3261 §18.1.2",
    level: "MUST",
    title: "a response whose topmost Via is not the server's is dropped, though the next one names a phone",
    async run(lab) {
      const { alice, bob, invite, received } = await called(lab);
      const vias = [
        `SIP/2.0/WS elsewhere.invalid;branch=z9hG4bK${random()}`,
        `SIP/2.0/WS ${alice.host};branch=${invite.sent.branch}`,
      ];
      bob.answer(received, 183, { vias, lines: ["X-Forged: yes"] });
      await lab.quiet();
      claimEqual(
        alice.inbox.all.filter((message) => hasField(message, "x-forged")).length,
        0,
        "forged answers at the caller",
      );
      bob.answer(received, 486);
      await invite.finalOf(486);
    },
  },
  {
    id: "security-forged-via-alone",
    section: "RFC 3261 §18.1.2, §16.7 step 3",
    level: "MUST",
    title: "a response out of the blue with another phone's Via does not reach that phone",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const waiting = alice.request("OPTIONS", `sip:${lab.domain}`);
      await waiting.final();
      const via = `Via: SIP/2.0/WS ${alice.host};branch=${waiting.sent.branch}`;
      const head = [`SIP/2.0 200 Forged`, via, `From: <${alice.aor}>;tag=a`, `To: <${bob.aor}>;tag=b`];
      bob.send([...head, `Call-ID: ${waiting.sent.callId}`, "CSeq: 9 OPTIONS", "X-Forged: yes", "", ""].join("\r\n"));
      await lab.quiet();
      claimEqual(
        alice.inbox.all.filter((message) => hasField(message, "x-forged")).length,
        0,
        "forged answers at the caller",
      );
    },
  },
  {
    id: "security-forged-record-route",
    section: "RFC 3261 §16.6 step 4, §26.1",
    level: "MUST",
    title: "a Record-Route written by a phone does not make the server send a call's requests to another party",
    users: 3,
    async run(lab) {
      const { alice, bob, carol } = await three(lab);
      const lines = [`Record-Route: <sip:${carol.contact.slice("sip:".length).split(";")[0]};lr>`];
      const invite = alice.request("INVITE", bob.aor, { lines });
      const received = await bob.incoming("INVITE", invite.sent.callId);
      bob.answer(received, 486);
      await invite.finalOf(486);
      const elsewhere = carol.inbox.all.filter((message) => message.kind === "request");
      claimEqual(elsewhere.length, 0, "requests at the third phone");
    },
  },
  {
    id: "security-contact-names-third",
    section: "RFC 5626 §7, RFC 7118 §5",
    level: "MUST",
    title:
      "a contact is where it was registered from: who registers another phone's contact URI gets its own calls only",
    users: 3,
    async run(lab) {
      const { alice, bob, carol } = await three(lab);
      await bob.register({ contacts: [`<${carol.contact}>`], callId: random(8) });
      await bob.register({ expires: 0 });
      const message = alice.request("MESSAGE", bob.aor);
      bob.answer(await bob.incoming("MESSAGE", message.sent.callId), 200);
      await message.finalOf(200);
      await claimNotReached(lab, carol, "MESSAGE", message.sent.callId);
    },
  },
  {
    id: "security-from",
    section: "RFC 3261 §26.3.2, §22.1",
    level: "SHOULD",
    title: "a user cannot call in another's name",
    users: 3,
    async run(lab) {
      const { alice, bob, carol } = await three(lab);
      const invite = alice.request("INVITE", bob.aor, { from: carol.aor });
      await claimRefused(invite);
      await claimNotReached(lab, bob, "INVITE", invite.sent.callId);
      const message = alice.request("MESSAGE", bob.aor, { from: carol.aor });
      await claimRefused(message);
      await claimNotReached(lab, bob, "MESSAGE", message.sent.callId);
    },
  },
  {
    id: "security-smuggling",
    section: "RFC 7118 §5, RFC 3261 §18.3",
    level: "MUST",
    title: "a request hidden in the body of another is not carried out",
    users: 3,
    async run(lab) {
      const { alice, bob, carol } = await three(lab);
      const hidden = alice.compose("MESSAGE", carol.aor);
      const body = `\r\n\r\n${hidden.text}`;
      alice.watch(hidden);
      const message = alice.request("MESSAGE", bob.aor, { body, lines: ["Content-Type: text/plain"] });
      const received = await bob.incoming("MESSAGE", message.sent.callId);
      bob.answer(received, 200);
      await message.finalOf(200);
      claim(received.body === body, "the body was changed");
      await claimNotReached(lab, carol, "MESSAGE", hidden.callId);
    },
  },
  {
    id: "security-asserted-identity",
    section: "RFC 3325 §5",
    level: "MAY",
    title: "a P-Asserted-Identity that a phone wrote itself is not passed on",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const message = alice.request("MESSAGE", bob.aor, {
        lines: ["P-Asserted-Identity: <sip:the-boss@bank.invalid>"],
      });
      const received = await bob.incoming("MESSAGE", message.sent.callId);
      bob.answer(received, 200);
      claim(!received.text.includes("the-boss@bank.invalid"), "it was passed on");
    },
  },
];

/** Another text of the same length. */
function tamper(text: string): string {
  const middle = Math.floor(text.length / 2);
  return text.slice(0, middle) + (text[middle] === "A" ? "B" : "A") + text.slice(middle + 1);
}
