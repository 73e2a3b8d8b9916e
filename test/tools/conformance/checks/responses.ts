// RFC 3261 §16.7: answers on their way back.
import { type Check, claim, claimEqual } from "../check.ts";
import { called } from "../lab/call.ts";
import { ANSWER_LINES, claimRepeats } from "../lab/claims.ts";
import { dialogOfCaller, SDP, SDP_LINE } from "../lab/dialog.ts";
import { ringingFork } from "../lab/fork.ts";
import { branchOf, tagIn } from "../sip/address.ts";
import { hasField, listOf, valueOf, valuesOf } from "../sip/message.ts";

export const responseChecks: readonly Check[] = [
  {
    id: "response-via",
    section: "RFC 3261 §16.7 step 3",
    level: "MUST",
    title: "the server's Via is taken off, the caller sees its own alone",
    async run(lab) {
      const { bob, invite, received } = await called(lab);
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
      const { bob, invite, received } = await called(lab);
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
      const { bob, invite, received } = await called(lab);
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
      const { alice, bob, invite, received } = await called(lab);
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
      const { alice, bob, invite, received } = await called(lab);
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
    id: "response-to-tag",
    section: "RFC 3261 §16.7 step 9",
    level: "MUST",
    title: "To tags of 1xx and 2xx are those of the phones",
    async run(lab) {
      const { bob, invite, received } = await called(lab);
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
    title: "a response without a Via below the server's is for the server, and is not forwarded",
    async run(lab) {
      const { alice, bob, invite, received } = await called(lab);
      bob.answer(received, 183, { vias: listOf(received, "via").slice(0, 1), lines: ["X-Lost: yes"] });
      await lab.quiet();
      bob.answer(received, 486);
      await invite.finalOf(486);
      const strays = alice.inbox.all.filter((message) => hasField(message, "x-lost"));
      claimEqual(strays.length, 0, "such responses at the caller");
    },
  },
];
