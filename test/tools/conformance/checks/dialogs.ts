// RFC 3261 §12, §13, §15 through the proxy: a call finds its way until it is over.
import { type Check, claim, claimEqual } from "../check.ts";
import { called, established, refused } from "../lab/call.ts";
import { claimNotReached, claimRefused, claimRepeats } from "../lab/claims.ts";
import { dialogOfCaller, establish, SDP, SDP_LINE, uriOfRoute } from "../lab/dialog.ts";
import { branchOf, readUri, tagIn, viasOf } from "../sip/address.ts";
import { cseqOf, listOf, valueOf } from "../sip/message.ts";

export const dialogChecks: readonly Check[] = [
  {
    id: "dialog-record-route",
    section: "RFC 3261 §16.6 step 4",
    level: "MUST",
    title:
      "the INVITE is record-routed with a SIP URI that has the lr parameter, since a phone behind a WebSocket is reached no other way",
    async run(lab) {
      const { received } = await refused(lab, 486);
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
      const { alice, bob, invite, received } = await called(lab);
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
      const { bob, ack, invite } = await established(lab);
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
      const { alice, bob, invite, received } = await called(lab);
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
      const { bob, caller, invite } = await established(lab);
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
      const { alice, callee, invite } = await established(lab);
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
      const { alice, bob, caller, callee, invite } = await established(lab);
      const [ofCaller, ofCallee] = [caller.request("BYE"), callee.request("BYE")];
      bob.answer(await bob.incoming("BYE", invite.sent.callId), 200);
      alice.answer(await alice.incoming("BYE", invite.sent.callId), 481);
      await ofCaller.finalOf(200);
      await ofCallee.finalOf(481);
    },
  },
  {
    id: "dialog-answers",
    section: "RFC 3261 §16.7",
    level: "MUST",
    title: "whatever a phone answers within a call goes back unchanged, from 202 to 603",
    async run(lab) {
      const { bob, caller, invite } = await established(lab);
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
      const { bob, caller, invite } = await established(lab);
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
];
