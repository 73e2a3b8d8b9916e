// RFC 3261 §12 to §14 through the proxy: what belongs to a call finds its way, both ways, until the call is over.
import { type Check, claim, claimEqual } from "../check.ts";
import { claimNotReached, claimRefused, claimRepeats } from "../lab/claims.ts";
import { type Call, dialogOfCallee, dialogOfCaller, establish, SDP, SDP_LINE, uriOfRoute } from "../lab/dialog.ts";
import type { Phone } from "../lab/phone.ts";
import { branchOf, readUri, tagIn, viasOf } from "../sip/address.ts";
import { cseqOf, hasField, listOf, valueOf } from "../sip/message.ts";
import { random } from "../sip/write.ts";

/** Both directions of a call that is up. */
function directions({ caller, callee }: Call, alice: Phone, bob: Phone) {
  return [
    { from: alice, to: bob, dialog: caller },
    { from: bob, to: alice, dialog: callee },
  ] as const;
}

/** A method that goes within a dialog, with what belongs to it. */
interface InDialog {
  readonly method: string;
  readonly section: string;
  readonly lines?: readonly string[];
  readonly body?: string;
  readonly status?: number;
}

const inDialogMethods: readonly InDialog[] = [
  {
    method: "INFO",
    section: "RFC 6086",
    lines: ["Info-Package: dtmf", "Content-Type: application/dtmf-relay"],
    body: "Signal=5\r\nDuration=160\r\n",
  },
  { method: "UPDATE", section: "RFC 3311", lines: [SDP_LINE], body: SDP },
  { method: "MESSAGE", section: "RFC 3428", lines: ["Content-Type: text/plain"], body: "within the call" },
  { method: "OPTIONS", section: "RFC 3261 §11" },
  {
    method: "REFER",
    section: "RFC 3515",
    lines: [
      "Refer-To: <sip:somebody@elsewhere.invalid?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>",
      "Referred-By: <sip:x@elsewhere.invalid>",
    ],
    status: 202,
  },
  {
    method: "NOTIFY",
    section: "RFC 3515",
    lines: ["Event: refer", "Subscription-State: active;expires=60", "Content-Type: message/sipfrag"],
    body: "SIP/2.0 100 Trying\r\n",
  },
  { method: "SUBSCRIBE", section: "RFC 6665", lines: ["Event: dialog", "Expires: 60"], status: 202 },
  { method: "PRACK", section: "RFC 3262", lines: ["RAck: 1 1 INVITE"] },
  { method: "WOBBLE", section: "RFC 3261 §16.3" },
];

function passesBothWays({ method, section, lines = [], body = "", status = 200 }: InDialog): Check {
  return {
    id: `dialog-${method.toLowerCase()}`,
    section: `${section}, RFC 3261 §16.4`,
    level: "MUST",
    title: `${method} passes within a call, both ways, with its headers and body, and so does its answer`,
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const call = await establish(alice, bob);
      for (const { to, dialog } of directions(call, alice, bob)) {
        const request = dialog.request(method, { lines, body });
        const received = await to.incoming(method, call.invite.sent.callId);
        claimEqual(received.uri, to.contact, "Request-URI");
        claimEqual(listOf(received, "route"), [], "Route left over");
        claimEqual(received.body, body, "body");
        for (const line of lines) {
          const [name = "", ...value] = line.split(": ");
          claimEqual(valueOf(received, name.toLowerCase()), value.join(": "), name);
        }
        to.answer(received, status, { lines: ["X-Answer: as it is"] });
        const answer = await request.finalOf(status);
        claimRepeats(answer, request.sent);
        claimEqual(valueOf(answer, "x-answer"), "as it is", "X-Answer");
      }
    },
  };
}

export const dialogChecks: readonly Check[] = [
  {
    id: "dialog-record-route",
    section: "RFC 3261 §16.6 step 4",
    level: "MUST",
    title:
      "the INVITE is record-routed with a SIP URI that has the lr parameter, since a phone behind a WebSocket is reached no other way",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      bob.answer(received, 486);
      await invite.finalOf(486);
      const routes = listOf(received, "record-route");
      claim(routes.length > 0, "no Record-Route");
      for (const route of routes) {
        const { scheme, parameters } = readUri(uriOfRoute(route));
        claim(scheme === "sip" || scheme === "sips", `Record-Route is ${route}`);
        claim(parameters.has("lr"), `no lr in ${route}`);
      }
    },
  },
  {
    id: "dialog-record-route-back",
    section: "RFC 3261 §16.7 step 8",
    level: "MUST",
    title: "provisional and final answers bring the route set to the caller",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      bob.answer(received, 180);
      const ringing = await invite.response(180);
      bob.answer(received, 200);
      const ok = await invite.finalOf(200);
      const { length } = listOf(received, "record-route");
      claim(length > 0, "no Record-Route in the INVITE");
      for (const response of [ringing, ok]) {
        claimEqual(listOf(response, "record-route").length, length, `Record-Route elements in the ${response.status}`);
      }
      dialogOfCaller(alice, invite, ok).ack(invite);
      await bob.incoming("ACK", invite.sent.callId);
    },
  },
  {
    id: "dialog-ack",
    section: "RFC 3261 §13.2.2.4, §16.4",
    level: "MUST",
    title: "the ACK of a 2xx reaches the phone: Route taken off, Request-URI its contact, one Via added",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const { ack, invite } = await establish(alice, bob);
      claimEqual(ack.uri, bob.contact, "Request-URI");
      claimEqual(listOf(ack, "route"), [], "Route left over");
      claimEqual(cseqOf(ack), invite.sent.cseq, "CSeq number");
      claim(viasOf(ack).length >= 2, "the server added no Via");
      claim(branchOf(ack).startsWith("z9hG4bK"), `branch is ${branchOf(ack)}`);
    },
  },
  {
    id: "dialog-ack-body",
    section: "RFC 3261 §13.2.2.4",
    level: "MUST",
    title: "an ACK carries its body through: the answer to an offer in the 200",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      claimEqual(received.body, "", "body of the INVITE");
      bob.answer(received, 200, { body: SDP, lines: [SDP_LINE] });
      const dialog = dialogOfCaller(alice, invite, await invite.finalOf(200));
      dialog.ack(invite, { body: SDP, lines: [...invite.credentials, SDP_LINE] });
      claimEqual((await bob.incoming("ACK", invite.sent.callId)).body, SDP, "body of the ACK");
    },
  },
  {
    id: "dialog-bye-caller",
    section: "RFC 3261 §15",
    level: "MUST",
    title: "the caller's BYE reaches the callee, and its answer the caller",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const { caller, invite } = await establish(alice, bob);
      const bye = caller.request("BYE");
      const received = await bob.incoming("BYE", invite.sent.callId);
      claimEqual(received.uri, bob.contact, "Request-URI");
      claimEqual(tagIn(received, "to"), bob.tag, "To tag");
      bob.answer(received, 200);
      claimRepeats(await bye.finalOf(200), bye.sent);
    },
  },
  {
    id: "dialog-bye-callee",
    section: "RFC 3261 §15",
    level: "MUST",
    title: "the callee's BYE reaches the caller, and its answer the callee",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const { callee, invite } = await establish(alice, bob);
      const bye = callee.request("BYE");
      const received = await alice.incoming("BYE", invite.sent.callId);
      claimEqual(received.uri, alice.contact, "Request-URI");
      alice.answer(received, 200);
      claimRepeats(await bye.finalOf(200), bye.sent);
    },
  },
  {
    id: "dialog-bye-crossed",
    section: "RFC 3261 §15",
    level: "MUST",
    title: "both hang up at once: each BYE gets its own answer",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const { caller, callee, invite } = await establish(alice, bob);
      const [ofCaller, ofCallee] = [caller.request("BYE"), callee.request("BYE")];
      bob.answer(await bob.incoming("BYE", invite.sent.callId), 200);
      alice.answer(await alice.incoming("BYE", invite.sent.callId), 481);
      await ofCaller.finalOf(200);
      await ofCallee.finalOf(481);
    },
  },
  {
    id: "dialog-reinvite",
    section: "RFC 3261 §14",
    level: "MUST",
    title: "a re-INVITE, its answer and its ACK pass, both ways",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const call = await establish(alice, bob);
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
      const { alice, bob } = await lab.pair();
      const { caller, invite } = await establish(alice, bob);
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
      const { alice, bob } = await lab.pair();
      const call = await establish(alice, bob);
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
      const { alice, bob } = await lab.pair();
      const { caller, callee, invite } = await establish(alice, bob);
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
      const { alice, bob } = await lab.pair();
      const { caller, invite } = await establish(alice, bob);
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
      const { alice, bob } = await lab.pair();
      const { caller, callee, invite } = await establish(alice, bob);
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
  ...inDialogMethods.map(passesBothWays),
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
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const { callId } = invite.sent;
      const received = await bob.incoming("INVITE", callId);
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
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const { callId } = invite.sent;
      const received = await bob.incoming("INVITE", callId);
      bob.answer(received, 180);
      const early = dialogOfCaller(alice, invite, await invite.response(180));
      const bye = early.request("BYE");
      bob.answer(await bob.incoming("BYE", callId), 200);
      bob.answer(received, 487);
      await bye.finalOf(200);
      await invite.finalOf(487);
    },
  },
  {
    id: "dialog-answers",
    section: "RFC 3261 §16.7",
    level: "MUST",
    title: "whatever a phone answers within a call goes back unchanged, from 202 to 603",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const { caller, invite } = await establish(alice, bob);
      for (const status of [202, 302, 400, 404, 415, 480, 481, 488, 500, 603]) {
        const info = caller.request("INFO");
        const received = await bob.incoming("INFO", invite.sent.callId);
        bob.answer(received, status, { reason: "Said the phone", lines: ['Warning: 399 phone "because"'] });
        const answer = await info.final();
        claimEqual(answer.startLine, `SIP/2.0 ${status} Said the phone`, "start line");
        claimEqual(valueOf(answer, "warning"), '399 phone "because"', "Warning");
      }
    },
  },
  {
    id: "dialog-max-forwards",
    section: "RFC 3261 §16.3 step 3, §16.6 step 3",
    level: "MUST",
    title: "Max-Forwards counts within a call too: one less, and 483 at zero",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const { caller, invite } = await establish(alice, bob);
      const info = caller.request("INFO", { maxForwards: 20 });
      const received = await bob.incoming("INFO", invite.sent.callId);
      bob.answer(received, 200);
      await info.finalOf(200);
      claimEqual(valueOf(received, "max-forwards"), "19", "Max-Forwards");
      await claimRefused(caller.request("BYE", { maxForwards: 0 }), 483);
      await claimNotReached(lab, bob, "BYE", invite.sent.callId);
    },
  },
  {
    id: "dialog-many",
    section: "RFC 3261 §12",
    level: "MUST",
    title: "two calls between the same phones do not mix",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const [one, two] = [await establish(alice, bob), await establish(alice, bob)];
      const bye = one.caller.request("BYE");
      bob.answer(await bob.incoming("BYE", one.invite.sent.callId), 200);
      await bye.finalOf(200);
      const info = two.callee.request("INFO");
      alice.answer(await alice.incoming("INFO", two.invite.sent.callId), 200);
      await info.finalOf(200);
    },
  },
  {
    id: "subscribe-notify",
    section: "RFC 6665 §4.3",
    level: "MUST",
    title: "a SUBSCRIBE is record-routed, and the NOTIFYs of its dialog come back",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const subscribe = alice.request("SUBSCRIBE", bob.aor, { lines: ["Event: presence", "Expires: 600"] });
      const { callId } = subscribe.sent;
      const received = await bob.incoming("SUBSCRIBE", callId);
      claim(hasField(received, "record-route"), "no Record-Route");
      bob.answer(received, 202, { lines: ["Expires: 600"] });
      await subscribe.finalOf(202);
      const notify = dialogOfCallee(bob, received).request("NOTIFY", {
        lines: ["Event: presence", "Subscription-State: active;expires=599"],
      });
      const notified = await alice.incoming("NOTIFY", callId);
      claimEqual(valueOf(notified, "subscription-state"), "active;expires=599", "Subscription-State");
      alice.answer(notified, 200);
      await notify.finalOf(200);
    },
  },
];
