// RFC 5626: a phone is where its connection is. RFC 3327, RFC 3608: the ways to and from it.
import { type Check, claim, claimEqual, skip } from "../check.ts";
import { answerOrArrival } from "../lab/either.ts";
import { claimNotReached, claimRefused } from "../lab/claims.ts";
import { type Call, establish, SDP, SDP_LINE } from "../lab/dialog.ts";
import { legOf } from "../lab/fork.ts";
import type { Lab } from "../lab/lab.ts";
import type { Phone } from "../lab/phone.ts";
import { contactsOf, readUri } from "../sip/address.ts";
import { callIdOf, hasField, listOf, valueOf } from "../sip/message.ts";
import { random } from "../sip/write.ts";

/** The same device on a new connection, registered. */
function comeBack(lab: Lab, phone: Phone, who: "alice" | "bob"): Promise<Phone> {
  return lab.online(who, { instance: phone.instance });
}

/** The network goes, without a word; then the server has had its time to notice. */
async function vanish(lab: Lab, phone: Phone): Promise<void> {
  phone.connection.cut();
  await phone.connection.closed;
  await lab.quiet();
}

/** Bob drops out of a call and is back; what the caller sends next has to find him. */
async function recovered(lab: Lab): Promise<{ readonly alice: Phone; readonly bob: Phone; readonly call: Call }> {
  const { alice, bob } = await lab.pair();
  const call = await establish(alice, bob);
  await vanish(lab, bob);
  return { alice, bob: await comeBack(lab, bob, "bob"), call };
}

function isOutbound(phone: Phone, regId: number, instance = phone.instance): string {
  return `<${phone.contact}>;+sip.instance="<${instance}>";reg-id=${regId};expires=600`;
}

const OUTBOUND = ["Supported: path, outbound"];

export const outboundChecks: readonly Check[] = [
  {
    id: "outbound-require",
    section: "RFC 5626 §6",
    level: "MUST",
    title:
      "a registration with instance and reg-id of a client that supports outbound is answered with Require: outbound",
    users: 1,
    needs: ["outbound"],
    async run(lab) {
      const alice = await lab.connect("alice");
      const response = await alice.register({ contacts: [isOutbound(alice, 1)], lines: OUTBOUND });
      claimEqual(response.status, 200, "status");
      claim(listOf(response, "require").includes("outbound"), `Require is ${valueOf(response, "require")}`);
    },
  },
  {
    id: "outbound-not-asked",
    section: "RFC 5626 §6",
    level: "MUST",
    title: "without reg-id there is no Require: outbound in the answer",
    users: 1,
    needs: ["outbound"],
    async run(lab) {
      const alice = await lab.connect("alice");
      const contacts = [`<${alice.contact}>;+sip.instance="<${alice.instance}>"`];
      const response = await alice.register({ contacts, lines: OUTBOUND });
      claimEqual(response.status, 200, "status");
      claim(!listOf(response, "require").includes("outbound"), "Require: outbound");
    },
  },
  {
    id: "outbound-not-supported",
    section: "RFC 5626 §6, RFC 3261 §20.32",
    level: "MUST",
    title: "a client that does not say it supports outbound is not required to",
    users: 1,
    needs: ["outbound"],
    async run(lab) {
      const alice = await lab.connect("alice");
      const response = await alice.register({ contacts: [isOutbound(alice, 1)], lines: [] });
      claimEqual(response.status, 200, "status");
      claim(!listOf(response, "require").includes("outbound"), "Require: outbound");
    },
  },
  {
    id: "outbound-reg-id-alone",
    section: "RFC 5626 §6",
    level: "MUST",
    title: "a reg-id without an instance is ignored",
    users: 1,
    needs: ["outbound"],
    async run(lab) {
      const alice = await lab.connect("alice");
      const response = await alice.register({ contacts: [`<${alice.contact}>;reg-id=1`], lines: OUTBOUND });
      claimEqual(response.status, 200, "status");
      claim(!listOf(response, "require").includes("outbound"), "Require: outbound");
      claimEqual(contactsOf(response).length, 1, "number of bindings");
    },
  },
  {
    id: "outbound-flow-timer",
    section: "RFC 5626 §5.4, §10",
    level: "MUST",
    title: "a Flow-Timer, where there is one, is a number of seconds and comes with Require: outbound",
    users: 1,
    needs: ["outbound"],
    async run(lab) {
      const alice = await lab.connect("alice");
      const response = await alice.register();
      if (!hasField(response, "flow-timer")) skip("the server sends no Flow-Timer, which is allowed");
      claim(/^[1-9]\d*$/.test(valueOf(response, "flow-timer")), `Flow-Timer is ${valueOf(response, "flow-timer")}`);
      claim(listOf(response, "require").includes("outbound"), "Flow-Timer without Require: outbound");
    },
  },
  {
    id: "outbound-replaces",
    section: "RFC 5626 §6",
    level: "MUST",
    title: "the same instance and reg-id on a new connection replaces the old binding, whatever its contact",
    needs: ["outbound"],
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const again = await comeBack(lab, bob, "bob");
      const bindings = await again.bindings();
      claimEqual(
        bindings.map(({ uri }) => uri),
        [again.contact],
        "bindings",
      );
      const message = alice.request("MESSAGE", bob.aor);
      again.answer(await again.incoming("MESSAGE", message.sent.callId), 200);
      await message.finalOf(200);
      await claimNotReached(lab, bob, "MESSAGE", message.sent.callId);
    },
  },
  {
    id: "outbound-two-flows",
    section: "RFC 5626 §6",
    level: "MUST",
    title: "another reg-id of the same instance is a binding of its own",
    users: 1,
    needs: ["outbound"],
    async run(lab) {
      const first = await lab.online("alice");
      const second = await lab.connect("alice", { instance: first.instance });
      const response = await second.register({ contacts: [isOutbound(second, 2)], lines: OUTBOUND });
      claimEqual(contactsOf(response).length, 2, "number of bindings");
    },
  },
  {
    id: "outbound-mixed",
    section: "RFC 5626 §6",
    level: "MUST",
    title: "phones with and without instance are registered side by side",
    users: 1,
    needs: ["outbound"],
    async run(lab) {
      const modern = await lab.online("alice");
      const plain = await lab.online("alice", { instance: null });
      claimEqual(
        (await modern.bindings()).map(({ uri }) => uri).toSorted(),
        [modern.contact, plain.contact].toSorted(),
        "bindings",
      );
    },
  },
  {
    id: "outbound-one-contact",
    section: "RFC 5626 §6",
    level: "SHOULD",
    title: "a REGISTER with a reg-id and several contacts to add is 400",
    users: 1,
    needs: ["outbound"],
    async run(lab) {
      const alice = await lab.connect("alice");
      const contacts = [isOutbound(alice, 1), `<sip:another@${alice.host};transport=ws>;expires=600`];
      const response = await alice.register({ contacts, lines: OUTBOUND });
      claimEqual(response.status, 400, "status");
    },
  },
  {
    id: "outbound-first-hop",
    section: "RFC 5626 §6, §11.6",
    level: "MUST",
    title: "a reg-id that came through a first hop which does not keep flows is 439",
    users: 1,
    needs: ["outbound"],
    async run(lab) {
      const alice = await lab.online("alice");
      const vias = [`SIP/2.0/UDP phone.invalid;branch=z9hG4bK${random()}`];
      const parts = { contacts: [isOutbound(alice, 1)], lines: OUTBOUND, vias, callId: random(8) };
      claimEqual((await alice.register(parts)).status, 439, "status without Path");
      const lines = [...OUTBOUND, "Path: <sip:first.example.net;lr>"];
      claimEqual(
        (await alice.register({ ...parts, lines, callId: random(8) })).status,
        439,
        "status with a Path without ob",
      );
    },
  },
  {
    id: "outbound-one-flow-at-a-time",
    section: "RFC 5626 §7",
    level: "MUST",
    title: "of two flows of one device only one is rung at a time",
    needs: ["outbound"],
    async run(lab) {
      const [alice, first] = [await lab.online("alice"), await lab.online("bob")];
      const second = await lab.connect("bob", { instance: first.instance });
      await second.register({ contacts: [isOutbound(second, 2)], lines: OUTBOUND });
      const invite = alice.request("INVITE", first.aor);
      const rung = await answerOrArrival(invite, lab.target.timeoutMs, first, second);
      claim(rung.kind === "request", "no flow was rung");
      await lab.quiet();
      const other = rung.phone === first ? second : first;
      claimEqual(other.received("INVITE").length, 0, "INVITEs on the other flow");
      rung.phone.answer(rung.request, 486);
      await invite.finalOf(486);
      await claimNotReached(lab, other, "INVITE", invite.sent.callId);
    },
  },
  {
    id: "outbound-next-flow",
    section: "RFC 5626 §7",
    level: "SHOULD",
    title: "when one flow of a device is gone, the other is used",
    needs: ["outbound"],
    async run(lab) {
      const [alice, first] = [await lab.online("alice"), await lab.online("bob")];
      const second = await lab.connect("bob", { instance: first.instance });
      await second.register({ contacts: [isOutbound(second, 2)], lines: OUTBOUND });
      first.connection.cut();
      const invite = alice.request("INVITE", first.aor);
      const leg = await legOf(second, invite);
      leg.answer(486);
      await invite.finalOf(486);
    },
  },
  {
    id: "outbound-binding-dies",
    section: "RFC 5626 §7",
    level: "MUST",
    title: "a binding goes with its connection, whether it was closed or cut",
    needs: ["outbound"],
    async run(lab) {
      const [alice, closing, cutting] = [await lab.online("alice"), await lab.online("bob"), await lab.online("bob")];
      await closing.connection.close();
      await vanish(lab, cutting);
      const response = await alice.request("MESSAGE", closing.aor).final();
      claim(response.status >= 400, `a MESSAGE was answered ${response.startLine}`);
      const third = await lab.connect("bob");
      claimEqual((await third.bindings()).length, 0, "number of bindings");
    },
  },
  {
    id: "outbound-others-live",
    section: "RFC 5626 §7",
    level: "MUST",
    title: "the bindings of other connections stay",
    async run(lab) {
      const [alice, gone, there] = [await lab.online("alice"), await lab.online("bob"), await lab.online("bob")];
      await vanish(lab, gone);
      const message = alice.request("MESSAGE", there.aor);
      there.answer(await there.incoming("MESSAGE", message.sent.callId), 200);
      await message.finalOf(200);
    },
  },
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
      const { alice, bob } = await lab.pair();
      const call = await establish(alice, bob);
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
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const { callId } = invite.sent;
      const received = await bob.incoming("INVITE", callId);
      bob.answer(received, 180);
      await invite.response(180);
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
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", invite.sent.callId);
      bob.answer(received, 180);
      await invite.response(180);
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
    title: "a request within a call whose other end is gone and not back is 430",
    needs: ["outbound"],
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const call = await establish(alice, bob);
      await vanish(lab, bob);
      await claimRefused(call.caller.request("INFO"), 430);
    },
  },
  {
    id: "recovery-answered",
    section: "RFC 3261 §16.9",
    level: "MUST",
    title: "a request to a phone whose connection is gone is answered with an error",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const call = await establish(alice, bob);
      bob.connection.cut();
      await claimRefused(call.caller.request("BYE"));
      await claimRefused(alice.request("INVITE", bob.aor));
    },
  },
  {
    id: "path-copied",
    section: "RFC 3327 §5.3",
    level: "MUST",
    title: "the Path of a REGISTER is in its 200",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const path = ["<sip:edge.example.net;lr>", "<sip:inner.example.net;lr;x=y>"];
      const lines = ["Supported: path", `Path: ${path.join(", ")}`];
      const response = await alice.register({ contacts: [`<${alice.contact}>`], lines, callId: random(8) });
      if (response.status === 420) skip("the registrar takes no Path");
      claimEqual(response.status, 200, "status");
      claimEqual(listOf(response, "path").slice(-2), path, "Path of the 200");
    },
  },
  {
    id: "path-used",
    section: "RFC 3327 §5.4",
    level: "MUST",
    title: "a request to a phone that registered with a Path has it as its Route",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const path = [`<sip:edge@${lab.domain};lr;ob>`, "<sip:inner.example.net;lr>"];
      const lines = ["Supported: path", `Path: ${path.join(", ")}`];
      const contact = `sip:behind@${bob.host};transport=ws`;
      const { status } = await bob.register({ contacts: [`<${contact}>`], lines, callId: random(8) });
      await bob.register({ expires: 0 });
      if (status === 420) skip("the registrar takes no Path");
      const message = alice.request("MESSAGE", bob.aor);
      const first = await answerOrArrival(message, lab.target.timeoutMs, bob);
      if (first.kind === "response") skip(`the server routes by the Path itself and got ${first.status}`);
      bob.answer(first.request, 200);
      claimEqual(listOf(first.request, "route").slice(-1), path.slice(-1), "last Route");
      claimEqual(first.request.uri, contact, "Request-URI");
    },
  },
  {
    id: "service-route",
    section: "RFC 3608 §6.3",
    level: "MUST",
    title: "a Service-Route is a SIP URI with lr",
    users: 1,
    needs: ["service-route"],
    async run(lab) {
      const alice = await lab.online("alice");
      const response = await alice.register();
      for (const route of listOf(response, "service-route")) {
        const uri = readUri(/<([^>]*)>/.exec(route)?.[1] ?? route);
        claim(uri.scheme === "sip" || uri.scheme === "sips", `Service-Route is ${route}`);
        claim(uri.parameters.has("lr"), `no lr in ${route}`);
      }
      claim(hasField(response, "service-route"), "no Service-Route in the answer to a refresh");
    },
  },
  {
    id: "service-route-used",
    section: "RFC 3608 §5",
    level: "MUST",
    title: "a call by way of the Service-Route goes through",
    needs: ["service-route"],
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const routes = listOf(await alice.register(), "service-route");
      const invite = alice.request("INVITE", bob.aor, { routes });
      const leg = await legOf(bob, invite);
      claimEqual(listOf(leg.received, "route"), [], "Route left over");
      leg.answer(486);
      await invite.finalOf(486);
    },
  },
];
