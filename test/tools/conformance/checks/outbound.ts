// RFC 5626: a phone is where its connection is.
import { type Check, claim, claimEqual, skip } from "../check.ts";
import { claimNotReached } from "../lab/claims.ts";
import { answerOrArrival } from "../lab/either.ts";
import { legOf } from "../lab/fork.ts";
import type { Phone } from "../lab/phone.ts";
import { comeBack, vanish } from "../lab/reconnect.ts";
import { contactsOf } from "../sip/address.ts";
import { hasField, listOf, valueOf } from "../sip/message.ts";
import { random } from "../sip/write.ts";

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
      const response = await alice.request("OPTIONS", closing.aor).final();
      claim(response.status >= 400, `an OPTIONS was answered ${response.startLine}`);
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
];
