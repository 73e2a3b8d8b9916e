// RFC 3261 §16.7: answers on their way back, and which of several is the one.
import { type Check, claim, claimEqual, skip } from "../check.ts";
import { claimNotReached, claimRepeats } from "../lab/claims.ts";
import { dialogOfCaller, SDP, SDP_LINE } from "../lab/dialog.ts";
import { bestOf, fork, ringingFork } from "../lab/fork.ts";
import { branchOf, contactsOf, tagIn, viasOf } from "../sip/address.ts";
import { challengesOf } from "../sip/digest.ts";
import { cseqOf, hasField, listOf, valueOf, valuesOf } from "../sip/message.ts";

const ANSWER_LINES = [
  'X-Unknown: one,  two ,"three"',
  "X-Unknown: four",
  "Server: conformance (odd; (comment))",
  "X-Empty:",
];

/** The choice among two refusals, where the RFC leaves none or makes a recommendation. */
function best(
  id: string,
  level: Check["level"],
  statuses: readonly [number, number],
  allowed: readonly number[],
  why: string,
): Check {
  return {
    id,
    section: "RFC 3261 §16.7 step 6",
    level,
    title: `of ${statuses[0]} and ${statuses[1]} the caller gets ${allowed.join(" or ")}: ${why}`,
    async run(lab) {
      const response = await bestOf(lab, statuses);
      claim(allowed.includes(response.status), `the caller got ${response.status}`);
    },
  };
}

/** Of a phone's own: such realms are not answered by the suite's phones. */
function challengeOf(realm: string): string {
  return `Digest realm="${realm}.invalid", nonce="${realm}", algorithm=MD5, qop="auth"`;
}

export const responseChecks: readonly Check[] = [
  {
    id: "response-via",
    section: "RFC 3261 §16.7 step 3",
    level: "MUST",
    title: "the server's Via is taken off, the caller sees its own alone",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      bob.answer(received, 180);
      claimRepeats(await invite.response(180), invite.sent);
      bob.answer(received, 486);
      claimRepeats(await invite.finalOf(486), invite.sent);
    },
  },
  {
    id: "response-vias-kept",
    section: "RFC 3261 §16.7 step 3",
    level: "MUST",
    title: "only the topmost Via is taken off",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const vias = ["SIP/2.0/UDP hop.example.net;branch=z9hG4bKhop;keep=1"];
      const message = alice.request("MESSAGE", bob.aor, { vias });
      bob.answer(await bob.incoming("MESSAGE", message.sent.callId), 200);
      const ok = await message.finalOf(200);
      claimEqual(listOf(ok, "via").slice(1), vias, "Via elements below the caller's");
    },
  },
  {
    id: "response-trying",
    section: "RFC 3261 §17.2.1, §16.2",
    level: "MUST",
    title: "an INVITE the phone does not answer at once gets a 100 of the server",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const trying = await invite.response(100);
      claimEqual(branchOf(trying), invite.sent.branch, "branch");
      bob.answer(await bob.incoming("INVITE", invite.sent.callId), 486);
      await invite.final();
    },
  },
  {
    id: "response-100-stays",
    section: "RFC 3261 §16.7 step 5",
    level: "MUST",
    title: "a 100 of the phone is not forwarded",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      bob.answer(received, 100, { lines: ["X-Whose: the phone's"] });
      await lab.quiet();
      bob.answer(received, 486);
      await invite.finalOf(486);
      const forwarded = invite.responses().filter((response) => hasField(response, "x-whose"));
      claimEqual(forwarded.length, 0, "100s of the phone at the caller");
    },
  },
  {
    id: "response-provisional",
    section: "RFC 3261 §16.7 step 5",
    level: "MUST",
    title: "every other provisional response is forwarded, with its body",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      for (const status of [101, 180, 181, 182, 183, 199]) {
        bob.answer(received, status, { reason: `Of the phone ${status}`, body: SDP, lines: [SDP_LINE] });
        const response = await invite.response(status);
        claimEqual(response.reason, `Of the phone ${status}`, "reason phrase");
        claimEqual(response.body, SDP, "body");
      }
      bob.answer(received, 180, { body: "again", lines: ["Content-Type: text/plain"] });
      claimEqual((await invite.response(180)).body, "again", "body of the second 180");
      bob.answer(received, 486);
      await invite.finalOf(486);
    },
  },
  {
    id: "response-2xx",
    section: "RFC 3261 §16.7 steps 5 and 9",
    level: "MUST",
    title: "a 2xx is forwarded at once, its headers and body untouched",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      const contact = `"B" <${bob.contact};ob>;+sip.ice`;
      bob.answer(received, 202, { reason: "Fine, Ünïcödé", contact, body: SDP, lines: [SDP_LINE, ...ANSWER_LINES] });
      const ok = await invite.finalOf(202);
      dialogOfCaller(alice, invite, ok).ack(invite);
      claimEqual(ok.reason, "Fine, Ünïcödé", "reason phrase");
      claimEqual(ok.body, SDP, "body");
      claimEqual(valuesOf(ok, "contact"), [contact], "Contact");
      claimEqual(tagIn(ok, "to"), bob.tag, "To tag");
      claimEqual(valuesOf(ok, "x-unknown"), ['one,  two ,"three"', "four"], "X-Unknown");
      claimEqual(valueOf(ok, "server"), "conformance (odd; (comment))", "Server");
    },
  },
  {
    id: "response-2xx-again",
    section: "RFC 3261 §16.7 step 5, §13.3.1.4",
    level: "MUST",
    title: "a 2xx that the phone repeats, since no ACK came yet, is forwarded again",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      bob.answer(received, 200);
      await invite.finalOf(200);
      bob.answer(received, 200);
      const ok = await invite.finalOf(200);
      dialogOfCaller(alice, invite, ok).ack(invite);
      await bob.incoming("ACK", invite.sent.callId);
    },
  },
  {
    id: "response-every-2xx",
    section: "RFC 3261 §16.7 step 5",
    level: "MUST",
    title: "two phones answer at the same moment: the caller gets both 2xx, and each phone its ACK and its BYE",
    async run(lab) {
      const { alice, invite, legs } = await ringingFork(lab);
      for (const leg of legs) leg.answer(200);
      const oks = [await invite.finalOf(200), await invite.finalOf(200)];
      claim(new Set(oks.map((ok) => tagIn(ok, "to"))).size === 2, "both are of the same phone");
      for (const ok of oks) {
        const leg = legs.find(({ phone }) => phone.tag === tagIn(ok, "to"));
        const dialog = dialogOfCaller(alice, invite, ok);
        dialog.ack(invite);
        const bye = dialog.request("BYE");
        await leg?.phone.incoming("ACK", invite.sent.callId);
        leg?.phone.answer(await leg.phone.incoming("BYE", invite.sent.callId), 200);
        await bye.finalOf(200);
      }
    },
  },
  {
    id: "response-2xx-of-message",
    section: "RFC 3261 §16.7 step 9",
    level: "MUST",
    title: "the answer to a MESSAGE comes back as it is",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const message = alice.request("MESSAGE", bob.aor);
      const received = await bob.incoming("MESSAGE", message.sent.callId);
      bob.answer(received, 202, {
        reason: "Taken",
        body: "später",
        lines: ["Content-Type: text/plain", ...ANSWER_LINES],
      });
      const response = await message.finalOf(202);
      claimRepeats(response, message.sent);
      claimEqual(response.reason, "Taken", "reason phrase");
      claimEqual(response.body, "später", "body");
      claimEqual(valuesOf(response, "x-unknown"), ['one,  two ,"three"', "four"], "X-Unknown");
    },
  },
  {
    id: "response-refusal",
    section: "RFC 3261 §16.7 steps 6 and 9",
    level: "MUST",
    title: "the refusal of the only phone is forwarded as it is",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
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
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      bob.answer(received, 486);
      await invite.finalOf(486);
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
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      bob.answer(received, 486);
      await invite.finalOf(486);
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
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      bob.answer(received, 486);
      await invite.finalOf(486);
      bob.answer(received, 180);
      await lab.quiet();
      claimEqual(invite.responses().filter(({ status }) => status === 180).length, 0, "180s at the caller");
    },
  },
  {
    id: "response-one-final",
    section: "RFC 3261 §16.7 step 6",
    level: "MUST",
    title: "of several refusals the caller gets one, and only when all phones have refused",
    async run(lab) {
      const { invite, first, second } = await fork(lab);
      first.answer(486);
      await lab.quiet();
      claimEqual(
        invite.responses().filter(({ status }) => status >= 200).length,
        0,
        "final responses while one still may answer",
      );
      second.answer(404);
      await invite.final();
      await lab.quiet();
      claimEqual(invite.responses().filter(({ status }) => status >= 200).length, 1, "final responses in the end");
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
  best("best-lowest-class", "MUST", [503, 404], [404], "the lowest class"),
  best("best-lowest-class-3xx", "MUST", [486, 302], [302], "the lowest class"),
  best("best-5xx", "MUST", [486, 500], [486], "the lowest class"),
  best("best-6xx", "MUST", [404, 603], [603], "6xx goes before all others"),
  best("best-6xx-first", "MUST", [600, 302], [600], "6xx goes before all others"),
  best("best-of-received", "MUST", [486, 480], [486, 480], "one of those that came"),
  best("best-helpful-415", "SHOULD", [486, 415], [415], "it tells the caller what to change"),
  best("best-helpful-420", "SHOULD", [404, 420], [420], "it tells the caller what to change"),
  best("best-helpful-484", "SHOULD", [480, 484], [484], "it tells the caller what to change"),
  best("best-no-503", "SHOULD", [503, 503], [500], "the caller must not take the server for overloaded"),
  {
    id: "response-503",
    section: "RFC 3261 §16.7 step 6",
    level: "SHOULD",
    title: "a 503 of the only phone becomes 500, so that the caller does not give the server up",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      bob.answer(await bob.incoming("INVITE", invite.sent.callId), 503, { lines: ["Retry-After: 99"] });
      claimEqual((await invite.final()).status, 500, "status");
    },
  },
  {
    id: "response-challenges",
    section: "RFC 3261 §16.7 step 7",
    level: "MUST",
    title: "of 401 and 407 the caller gets one, with the challenges of both",
    async run(lab) {
      const { invite, first, second } = await fork(lab);
      first.answer(401, { lines: [`WWW-Authenticate: ${challengeOf("one")}`] });
      second.answer(407, {
        lines: [`Proxy-Authenticate: ${challengeOf("two")}`, `Proxy-Authenticate: ${challengeOf("three")}`],
      });
      const response = await invite.finalOf(401, 407);
      const realms = challengesOf(response).map(({ kind, parameters }) => `${kind} ${parameters.get("realm")}`);
      claimEqual(
        realms.toSorted(),
        ["proxy three.invalid", "proxy two.invalid", "registrar one.invalid"],
        "challenges",
      );
    },
  },
  {
    id: "response-challenge-preferred",
    section: "RFC 3261 §16.7 step 6",
    level: "SHOULD",
    title: "a challenge of one phone goes before the refusal of another",
    async run(lab) {
      const { invite, first, second } = await fork(lab);
      first.answer(401, {
        lines: ['WWW-Authenticate: Digest realm="one.invalid", nonce="1", algorithm=MD5, qop="auth"'],
      });
      second.answer(486);
      await invite.finalOf(401);
    },
  },
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
    title: "a phone that has not said a word when another answers is cancelled as soon as it does",
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
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      bob.answer(received, 180);
      await invite.response(180);
      invite.cancel();
      const cancel = await bob.acceptCancel(received);
      claim(!/cause\s*=\s*200\b/i.test(valueOf(cancel, "reason")), `Reason is ${valueOf(cancel, "reason")}`);
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
  {
    id: "response-to-tag",
    section: "RFC 3261 §16.7 step 9",
    level: "MUST",
    title: "To tags of 1xx and 2xx are those of the phones",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      bob.answer(received, 180, { tag: "Tag-of.the_phone" });
      claimEqual(tagIn(await invite.response(180), "to"), "Tag-of.the_phone", "To tag of the 180");
      bob.answer(received, 200, { tag: "another-tag" });
      const ok = await invite.finalOf(200);
      claimEqual(tagIn(ok, "to"), "another-tag", "To tag of the 200");
    },
  },
  {
    id: "response-not-for-server",
    section: "RFC 3261 §16.7 step 3",
    level: "MUST",
    title: "a response without a Via below the server's is for the server, and goes nowhere",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      bob.answer(received, 183, { vias: listOf(received, "via").slice(0, 1), lines: ["X-Lost: yes"] });
      await lab.quiet();
      bob.answer(received, 486);
      await invite.finalOf(486);
      const strays = alice.inbox.all.filter((message) => hasField(message, "x-lost"));
      claimEqual(strays.length, 0, "such responses at the caller");
    },
  },
  {
    id: "response-silence",
    section: "RFC 3261 §16.8, §17.1.1.2",
    level: "MUST",
    title: "a phone that never says a word is given up after 32 seconds with 408",
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
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
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
