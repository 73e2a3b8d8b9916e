// RFC 5627: addresses that mean one device.
import { type Check, claim, claimEqual } from "../check.ts";
import { claimNotReached, claimRefused } from "../lab/claims.ts";
import { dialogOfCallee, dialogOfCaller, establish } from "../lab/dialog.ts";
import { legOf } from "../lab/fork.ts";
import type { Lab } from "../lab/lab.ts";
import type { Phone, RegisterParts } from "../lab/phone.ts";
import { contactsOf, readUri } from "../sip/address.ts";
import { hasField, valueOf } from "../sip/message.ts";
import { random } from "../sip/write.ts";

interface Gruus {
  readonly public: string;
  readonly temporary: string;
}

/** Registers and reads what the answer says of this very phone. */
async function gruusOf(phone: Phone, parts: RegisterParts = {}): Promise<Gruus> {
  const response = await phone.register(parts);
  claimEqual(response.status, 200, "status of the REGISTER");
  const own = contactsOf(response).find(({ uri }) => uri === phone.contact)?.parameters;
  return { public: own?.get("pub-gruu") ?? "", temporary: own?.get("temp-gruu") ?? "" };
}

/** Bob has two phones; the first one is called by one of its GRUUs. */
async function callOne(lab: Lab, kind: keyof Gruus): Promise<void> {
  const [alice, wanted, other] = await Promise.all([lab.online("alice"), lab.connect("bob"), lab.online("bob")]);
  const gruus = await gruusOf(wanted);
  const invite = alice.request("INVITE", gruus[kind]);
  const leg = await legOf(wanted, invite);
  claimEqual(leg.received.uri, wanted.contact, "Request-URI");
  leg.answer(486);
  await invite.finalOf(486);
  await claimNotReached(lab, other, "INVITE", invite.sent.callId);
}

const needs = ["gruu"] as const;

export const gruuChecks: readonly Check[] = [
  {
    id: "gruu-given",
    section: "RFC 5627 §5.2",
    level: "MUST",
    title: "a phone that supports gruu and names an instance gets a public and a temporary GRUU",
    users: 1,
    needs,
    async run(lab) {
      const gruus = await gruusOf(await lab.connect("alice"));
      claim(readUri(gruus.public).scheme !== "", "no pub-gruu");
      claim(readUri(gruus.temporary).scheme !== "", "no temp-gruu");
    },
  },
  {
    id: "gruu-not-asked",
    section: "RFC 5627 §5.2",
    level: "SHOULD",
    title: "a phone that does not support gruu gets none",
    users: 1,
    needs,
    async run(lab) {
      claimEqual(await gruusOf(await lab.connect("alice"), { lines: [] }), { public: "", temporary: "" }, "GRUUs");
    },
  },
  {
    id: "gruu-no-instance",
    section: "RFC 5627 §5.2",
    level: "MUST",
    title: "a contact without an instance gets none",
    users: 1,
    needs,
    async run(lab) {
      const gruus = await gruusOf(await lab.connect("alice", { instance: null }));
      claimEqual(gruus, { public: "", temporary: "" }, "GRUUs");
    },
  },
  {
    id: "gruu-public-form",
    section: "RFC 5627 §4.2, §5.4",
    level: "MUST",
    title: "the public GRUU is the address-of-record with a gr parameter",
    users: 1,
    needs,
    async run(lab) {
      const alice = await lab.connect("alice");
      const { user, host, parameters } = readUri((await gruusOf(alice)).public);
      claimEqual({ user, host }, { user: readUri(alice.aor).user, host: readUri(alice.aor).host }, "user and host");
      claim((parameters.get("gr") ?? "") !== "", "no gr parameter, or one without value");
    },
  },
  {
    id: "gruu-public-same",
    section: "RFC 5627 §5.4",
    level: "MUST",
    title: "a device has the same public GRUU in every registration, another device another",
    users: 1,
    needs,
    async run(lab) {
      const first = await lab.connect("alice");
      const { public: before } = await gruusOf(first);
      claimEqual((await gruusOf(first)).public, before, "public GRUU after a refresh");
      const again = await lab.connect("alice", { instance: first.instance });
      claimEqual((await gruusOf(again)).public, before, "public GRUU on a new connection");
      claim((await gruusOf(await lab.connect("alice"))).public !== before, "another device has the same public GRUU");
    },
  },
  {
    id: "gruu-temporary-form",
    section: "RFC 5627 §3.1.2, §5.4",
    level: "MUST",
    title: "the temporary GRUU has a gr parameter and reveals neither user nor device",
    users: 1,
    needs,
    async run(lab) {
      const alice = await lab.connect("alice");
      const { temporary } = await gruusOf(alice);
      const { parameters, user } = readUri(temporary);
      claim(parameters.has("gr"), "no gr parameter");
      claim(user !== readUri(alice.aor).user, "it names the user");
      claim(!temporary.includes(alice.instance?.split(":").at(-1) ?? " "), "it names the device");
    },
  },
  {
    id: "gruu-temporary-new",
    section: "RFC 5627 §5.4",
    level: "MUST",
    title: "every registration brings a new temporary GRUU, and those before stay good",
    needs,
    async run(lab) {
      const [alice, bob] = await Promise.all([lab.online("alice"), lab.connect("bob")]);
      const before = (await gruusOf(bob)).temporary;
      const after = (await gruusOf(bob)).temporary;
      claim(before !== after, "the second is the first");
      for (const gruu of [before, after]) {
        const message = alice.request("MESSAGE", gruu);
        bob.answer(await bob.incoming("MESSAGE", message.sent.callId), 200);
        await message.finalOf(200);
      }
    },
  },
  {
    id: "gruu-temporary-void",
    section: "RFC 5627 §5.4, §6.1",
    level: "MUST",
    title:
      "a temporary GRUU is void when its registration has ended: a new one with another Call-ID does not revive it",
    needs,
    async run(lab) {
      const [alice, bob] = await Promise.all([lab.online("alice"), lab.connect("bob")]);
      const { temporary } = await gruusOf(bob);
      await bob.register({ expires: 0 });
      await bob.register({ callId: random(8) });
      const message = alice.request("MESSAGE", temporary);
      await claimRefused(message);
      await claimNotReached(lab, bob, "MESSAGE", message.sent.callId);
    },
  },
  {
    id: "gruu-public-calls-one",
    section: "RFC 5627 §6.1",
    level: "MUST",
    title: "a call to a public GRUU rings that device and no other",
    needs,
    run: (lab) => callOne(lab, "public"),
  },
  {
    id: "gruu-temporary-calls-one",
    section: "RFC 5627 §6.1",
    level: "MUST",
    title: "a call to a temporary GRUU rings that device and no other",
    needs,
    run: (lab) => callOne(lab, "temporary"),
  },
  {
    id: "gruu-follows",
    section: "RFC 5627 §3.1, §6.1",
    level: "MUST",
    title: "a public GRUU leads to the device wherever its connection is",
    needs,
    async run(lab) {
      const [alice, first] = await Promise.all([lab.online("alice"), lab.connect("bob")]);
      const gruus = await gruusOf(first);
      const again = await lab.online("bob", { instance: first.instance });
      const message = alice.request("MESSAGE", gruus.public);
      again.answer(await again.incoming("MESSAGE", message.sent.callId), 200);
      await message.finalOf(200);
    },
  },
  {
    id: "gruu-device-away",
    section: "RFC 5627 §6.1",
    level: "SHOULD",
    title: "a call to the public GRUU of a device that is not there is 480, though another device is",
    needs,
    async run(lab) {
      const [alice, wanted, other] = await Promise.all([lab.online("alice"), lab.connect("bob"), lab.online("bob")]);
      const gruus = await gruusOf(wanted);
      await wanted.register({ expires: 0 });
      const invite = alice.request("INVITE", gruus.public);
      await claimRefused(invite, 480);
      await claimNotReached(lab, other, "INVITE", invite.sent.callId);
    },
  },
  {
    id: "gruu-unknown",
    section: "RFC 5627 §6.1",
    level: "SHOULD",
    title: "an unknown GRUU is 404 or 480",
    needs,
    async run(lab) {
      const { alice, bob } = await lab.pair();
      await claimRefused(alice.request("MESSAGE", `${bob.aor};gr=urn:uuid:${crypto.randomUUID()}`), 404, 480);
      await claimRefused(alice.request("MESSAGE", `sip:${random(20)}@${lab.domain};gr`), 404, 480);
    },
  },
  {
    id: "gruu-in-dialog",
    section: "RFC 5627 §6.1, §4.4",
    level: "MUST",
    title: "a phone that gives a GRUU as Contact is reached within the call",
    needs,
    async run(lab) {
      const [alice, bob] = await Promise.all([lab.online("alice"), lab.connect("bob")]);
      const { public: gruu } = await gruusOf(bob);
      const invite = alice.request("INVITE", bob.aor);
      const leg = await legOf(bob, invite);
      leg.answer(200, { contact: `<${gruu}>` });
      const dialog = dialogOfCaller(alice, invite, await invite.finalOf(200));
      dialog.ack(invite);
      await bob.incoming("ACK", invite.sent.callId);
      const bye = dialog.request("BYE");
      bob.answer(await bob.incoming("BYE", invite.sent.callId), 200);
      await bye.finalOf(200);
    },
  },
  {
    id: "gruu-temporary-in-dialog",
    section: "RFC 5627 §6.1",
    level: "MUST",
    title: "a phone that gives a temporary GRUU as Contact is reached within the call, at the contact it registered",
    needs,
    async run(lab) {
      const [alice, bob] = await Promise.all([lab.online("alice"), lab.connect("bob")]);
      const { temporary: gruu } = await gruusOf(bob);
      const invite = alice.request("INVITE", bob.aor);
      const leg = await legOf(bob, invite);
      leg.answer(200, { contact: `<${gruu}>` });
      const dialog = dialogOfCaller(alice, invite, await invite.finalOf(200));
      dialog.ack(invite);
      await bob.incoming("ACK", invite.sent.callId);
      const bye = dialog.request("BYE");
      const received = await bob.incoming("BYE", invite.sent.callId);
      claimEqual(received.uri, bob.contact, "Request-URI");
      bob.answer(received, 200);
      await bye.finalOf(200);
    },
  },
  {
    id: "gruu-transfer",
    section: "RFC 5627 §1, RFC 3891",
    level: "MUST",
    title: "an attended transfer finds the device that has the call: an INVITE with Replaces to its GRUU",
    users: 3,
    needs,
    async run(lab) {
      const [alice, bob, idle, carol] = await Promise.all([
        lab.online("alice"),
        lab.connect("bob"),
        lab.online("bob"),
        lab.online("carol"),
      ]);
      const { public: gruu } = await gruusOf(bob);
      await idle.register({ expires: 0 });
      const call = await establish(alice, bob);
      await idle.register();
      const { callId, localTag, remoteTag } = call.callee;
      const replaces = `Replaces: ${callId};to-tag=${localTag};from-tag=${remoteTag}`;
      const invite = carol.request("INVITE", gruu, { lines: [replaces] });
      const leg = await legOf(bob, invite);
      claim(leg.received.text.includes(replaces), "Replaces is not as it was sent");
      leg.answer(486);
      await invite.finalOf(486);
      await claimNotReached(lab, idle, "INVITE", invite.sent.callId);
    },
  },
  {
    id: "subscribe-notify",
    section: "RFC 6665 §4.3",
    level: "MUST",
    title: "a SUBSCRIBE to one phone is record-routed, and the NOTIFYs of its dialog come back",
    needs,
    async run(lab) {
      const [alice, bob] = await Promise.all([lab.online("alice"), lab.connect("bob")]);
      const gruus = await gruusOf(bob);
      const subscribe = alice.request("SUBSCRIBE", gruus.public, { lines: ["Event: presence", "Expires: 600"] });
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
