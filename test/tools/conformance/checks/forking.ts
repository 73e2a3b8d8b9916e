// RFC 3261 §16.6, RFC 5393: several phones, one after another or side by side.
import { type Check, claim, claimEqual, skip } from "../check.ts";
import { claimNotReached } from "../lab/claims.ts";
import { dialogOfCaller } from "../lab/dialog.ts";
import { answerOrArrival } from "../lab/either.ts";
import { fork, type Leg, legOf, ringingFork } from "../lab/fork.ts";
import type { Lab } from "../lab/lab.ts";
import type { Phone } from "../lab/phone.ts";
import type { Transaction } from "../lab/transaction.ts";
import { branchOf, tagIn } from "../sip/address.ts";
import { valuesOf } from "../sip/message.ts";
import type { RequestParts } from "../sip/write.ts";

interface Preferred {
  readonly alice: Phone;
  readonly preferred: Phone;
  readonly other: Phone;
  readonly invite: Transaction;
}

/** Bob's phones have different preferences, and alice calls. */
async function callByPreference(lab: Lab): Promise<Preferred> {
  const [alice, other, preferred] = [await lab.online("alice"), await lab.connect("bob"), await lab.connect("bob")];
  for (const [phone, q] of [
    [other, "0.3"],
    [preferred, "0.9"],
  ] as const) {
    const { status } = await phone.register({ contacts: [`${phone.device};q=${q};expires=600`] });
    claimEqual(status, 200, "status of the REGISTER with q");
  }
  return { alice, preferred, other, invite: alice.request("INVITE", lab.aorOf("bob")) };
}

/** Rings the preferred one first, or the check has nothing to look at. */
async function serialLeg(lab: Lab, { preferred, other, invite }: Preferred): Promise<Leg> {
  const leg = await legOf(preferred, invite);
  await lab.quiet();
  if (other.received("INVITE").length > 0) skip("the server rings all preferences at once, which §16.6 allows");
  return leg;
}

/** Max-Breadth of a received request; NaN if it is not there exactly once. */
function breadthOf({ received }: Leg): number {
  const values = valuesOf(received, "max-breadth");
  return values.length === 1 ? Number(values[0]) : Number.NaN;
}

async function refuseAll({
  invite,
  legs,
}: {
  readonly invite: Transaction;
  readonly legs: readonly Leg[];
}): Promise<void> {
  for (const leg of legs) leg.answer(486);
  await invite.final();
}

async function breadthAfter(lab: Lab, parts: RequestParts): Promise<number> {
  const { alice, bob } = await lab.pair();
  const invite = alice.request("INVITE", bob.aor, parts);
  const leg = await legOf(bob, invite);
  await refuseAll({ invite, legs: [leg] });
  return breadthOf(leg);
}

export const forkingChecks: readonly Check[] = [
  {
    id: "fork-all",
    section: "RFC 3261 §16.5, §16.6",
    level: "SHOULD",
    title: "a call rings on all phones of the callee, each at its own contact",
    async run(lab) {
      const forked = await fork(lab);
      await refuseAll(forked);
      for (const { phone, received } of forked.legs)
        claimEqual(received.uri, phone.contact, `Request-URI of ${phone.name}`);
    },
  },
  {
    id: "fork-q",
    section: "RFC 3261 §16.6",
    level: "MAY",
    title: "the phone with the highest q rings first, the next only when it has refused",
    async run(lab) {
      const call = await callByPreference(lab);
      const leg = await serialLeg(lab, call);
      leg.answer(486);
      const next = await legOf(call.other, call.invite);
      next.answer(200);
      const ok = await call.invite.finalOf(200);
      dialogOfCaller(call.alice, call.invite, ok).ack(call.invite);
      await call.other.incoming("ACK", call.invite.sent.callId);
    },
  },
  {
    id: "fork-q-answered",
    section: "RFC 3261 §16.6",
    level: "MUST",
    title: "once a phone has answered no further one is rung",
    async run(lab) {
      const call = await callByPreference(lab);
      const leg = await serialLeg(lab, call);
      leg.answer(200);
      const ok = await call.invite.finalOf(200);
      dialogOfCaller(call.alice, call.invite, ok).ack(call.invite);
      await claimNotReached(lab, call.other, "INVITE", call.invite.sent.callId);
    },
  },
  {
    id: "fork-q-6xx",
    section: "RFC 3261 §16.7 step 5",
    level: "MUST",
    title: "after a 6xx no further phone is rung",
    async run(lab) {
      const call = await callByPreference(lab);
      const leg = await serialLeg(lab, call);
      leg.answer(603);
      await call.invite.finalOf(603);
      await claimNotReached(lab, call.other, "INVITE", call.invite.sent.callId);
    },
  },
  {
    id: "fork-q-cancelled",
    section: "RFC 3261 §16.10",
    level: "MUST",
    title: "after a CANCEL no further phone is rung",
    async run(lab) {
      const call = await callByPreference(lab);
      const leg = await serialLeg(lab, call);
      leg.answer(180);
      await call.invite.response(180);
      await call.invite.cancel().finalOf(200);
      await leg.phone.acceptCancel(leg.received);
      await call.invite.finalOf(487);
      await claimNotReached(lab, call.other, "INVITE", call.invite.sent.callId);
    },
  },
  {
    id: "fork-q-best",
    section: "RFC 3261 §16.7 step 6",
    level: "MUST",
    title: "when phones refused one after another, the best of all their answers goes back, once",
    async run(lab) {
      const call = await callByPreference(lab);
      const leg = await serialLeg(lab, call);
      leg.answer(404);
      (await legOf(call.other, call.invite)).answer(500);
      await call.invite.finalOf(404);
      await lab.quiet();
      claimEqual(call.invite.responses().filter(({ status }) => status >= 200).length, 1, "final responses");
    },
  },
  {
    id: "fork-q-branch",
    section: "RFC 3261 §16.6 step 8",
    level: "MUST",
    title: "the next phone gets a branch of its own and, as the first did, Max-Forwards one less than the caller's",
    async run(lab) {
      const call = await callByPreference(lab);
      const leg = await serialLeg(lab, call);
      leg.answer(480);
      const next = await legOf(call.other, call.invite);
      next.answer(480);
      await call.invite.final();
      claim(branchOf(leg.received) !== branchOf(next.received), "both got the same branch");
      for (const { received } of [leg, next]) claimEqual(valuesOf(received, "max-forwards"), ["69"], "Max-Forwards");
    },
  },
  {
    id: "fork-message",
    section: "RFC 3261 §16.7",
    level: "MUST",
    title: "a MESSAGE to several phones gets one answer, the first 2xx",
    async run(lab) {
      const [alice, ...bobs] = await Promise.all([lab.online("alice"), lab.online("bob"), lab.online("bob")]);
      const message = alice.request("MESSAGE", lab.aorOf("bob"));
      const [one, two] = bobs;
      one.answer(await one.incoming("MESSAGE", message.sent.callId), 486);
      two.answer(await two.incoming("MESSAGE", message.sent.callId), 200);
      await message.finalOf(200);
      await lab.quiet();
      claimEqual(message.responses().length, 1, "answers");
    },
  },
  {
    id: "fork-early-dialogs",
    section: "RFC 3261 §12.1, §16.7 step 5",
    level: "MUST",
    title: "provisional responses of all phones reach the caller, each with its own To tag",
    async run(lab) {
      const forked = await ringingFork(lab);
      const tags = forked.invite
        .responses()
        .filter(({ status }) => status === 180)
        .map((response) => tagIn(response, "to"));
      await refuseAll(forked);
      claimEqual(tags.toSorted(), forked.legs.map(({ phone }) => phone.tag).toSorted(), "To tags");
    },
  },
  {
    id: "fork-early-routes",
    section: "RFC 3261 §12.2, §16.4",
    level: "MUST",
    title: "a request within one early dialog reaches that phone and not the other",
    async run(lab) {
      const { alice, invite, first, second } = await ringingFork(lab);
      const ringing = invite.responses().find(({ text }) => text.includes(first.phone.tag));
      claim(ringing !== undefined, "no 180 of the first phone");
      const info = dialogOfCaller(alice, invite, ringing).request("INFO");
      first.phone.answer(await first.phone.incoming("INFO", invite.sent.callId), 200);
      await info.finalOf(200);
      claimEqual(second.phone.received("INFO").length, 0, "INFOs at the other phone");
    },
  },
  {
    id: "breadth-added",
    section: "RFC 5393 §5.3.3",
    level: "MUST",
    title: "a forwarded request has a Max-Breadth, 60 if the recommendation is followed",
    async run(lab) {
      const value = await breadthAfter(lab, {});
      claim(value >= 1, "no Max-Breadth, or more than one");
    },
  },
  {
    id: "breadth-kept",
    section: "RFC 5393 §5.3.3",
    level: "MUST",
    title: "a Max-Breadth is not counted down from hop to hop",
    async run(lab) {
      claimEqual(await breadthAfter(lab, { lines: ["Max-Breadth: 7"] }), 7, "Max-Breadth at the only phone");
    },
  },
  {
    id: "breadth-limited",
    section: "RFC 5393 §5.3.3",
    level: "MUST",
    title: "a Max-Breadth above what the server allows is made smaller",
    async run(lab) {
      const value = await breadthAfter(lab, { lines: ["Max-Breadth: 1000000"] });
      claim(value < 1_000_000, `Max-Breadth is ${value}`);
    },
  },
  {
    id: "breadth-shared",
    section: "RFC 5393 §5.3.3",
    level: "MUST",
    title: "a fork shares the Max-Breadth of the request among its branches",
    async run(lab) {
      const forked = await fork(lab, { lines: ["Max-Breadth: 9"] });
      await refuseAll(forked);
      const shares = forked.legs.map(breadthOf);
      const sum = shares.reduce((total, share) => total + share, 0);
      claim(shares.every((share) => share >= 1) && sum <= 9, `the shares are ${shares.join(" and ")}`);
    },
  },
  {
    id: "breadth-exceeded",
    section: "RFC 5393 §5.3.3",
    level: "MUST",
    title: "a request with Max-Breadth 1 rings one phone at a time, or is 440",
    async run(lab) {
      const [alice, ...bobs] = await Promise.all([lab.online("alice"), lab.online("bob"), lab.online("bob")]);
      const invite = alice.request("INVITE", lab.aorOf("bob"), { lines: ["Max-Breadth: 1"] });
      const first = await answerOrArrival(invite, lab.target.timeoutMs, ...bobs);
      if (first.kind === "response") return claimEqual(first.status, 440, "status");
      await lab.quiet();
      const rung = bobs.flatMap((bob) => bob.received("INVITE", invite.sent.callId));
      claimEqual(rung.length, 1, "phones that rang at once");
      first.phone.answer(first.request, 603);
      await invite.final();
    },
  },
];
