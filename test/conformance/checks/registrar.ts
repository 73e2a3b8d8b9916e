// RFC 3261 §10: the registrar.
import { type Check, claim, claimEqual, skip } from "../check.ts";
import { claimNotReached } from "../lab/claims.ts";
import type { Phone } from "../lab/phone.ts";
import { type Address, contactsOf } from "../sip/address.ts";
import { hasField, type SipResponse, valueOf } from "../sip/message.ts";
import { random } from "../sip/write.ts";

/** A contact of this phone, one of several: without instance, so that its URI alone tells it from others. */
function contactOf(phone: Phone, n = 1): string {
  return `sip:device${n}@${phone.host};transport=ws`;
}

function find(bindings: readonly Address[], uri: string): Address | undefined {
  return bindings.find((binding) => binding.uri === uri);
}

function claimBound(bindings: readonly Address[], ...uris: readonly string[]): void {
  claimEqual(bindings.map(({ uri }) => uri).toSorted(), uris.toSorted(), "bindings");
}

function expiresOf(response: SipResponse, uri: string): number {
  return Number(find(contactsOf(response), uri)?.parameters.get("expires") ?? Number.NaN);
}

/** Supported would make it an outbound device: these checks want the plain registrar. */
const plain = { lines: [] } as const;

export const registrarChecks: readonly Check[] = [
  {
    id: "register-add",
    section: "RFC 3261 §10.3 step 8",
    level: "MUST",
    title: "the 200 lists the new binding with its expiry",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      const response = await alice.register({ ...plain, contacts: [`<${contactOf(alice)}>;expires=300`] });
      claimEqual(response.status, 200, "status");
      claimBound(contactsOf(response), contactOf(alice));
      const granted = expiresOf(response, contactOf(alice));
      claim(granted > 0, `expires of the binding is ${granted}`);
    },
  },
  {
    id: "register-date",
    section: "RFC 3261 §10.3 step 8",
    level: "SHOULD",
    title: "the 200 has a Date",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      const date = valueOf(await alice.register(), "date");
      claim(
        /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(date),
        `Date is ${JSON.stringify(date)}`,
      );
    },
  },
  {
    id: "register-all-listed",
    section: "RFC 3261 §10.3 step 8",
    level: "MUST",
    title: "the 200 lists all bindings of the address-of-record, those of other phones too",
    users: 1,
    async run(lab) {
      const [first, second] = [await lab.connect("alice"), await lab.connect("alice")];
      await first.register({ ...plain, contacts: [`<${contactOf(first)}>`] });
      const response = await second.register({ ...plain, contacts: [`<${contactOf(second)}>`] });
      claimBound(contactsOf(response), contactOf(first), contactOf(second));
    },
  },
  {
    id: "register-refresh",
    section: "RFC 3261 §10.3 step 7",
    level: "MUST",
    title: "registering the same contact again leaves one binding, with the new expiry",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      await alice.register({ ...plain, contacts: [`<${contactOf(alice)}>;expires=400`] });
      const response = await alice.register({ ...plain, contacts: [`<${contactOf(alice)}>;expires=120`] });
      claimBound(contactsOf(response), contactOf(alice));
      const granted = expiresOf(response, contactOf(alice));
      claim(granted > 0 && granted <= 120, `expires is ${granted}`);
    },
  },
  {
    id: "register-same-uri",
    section: "RFC 3261 §10.3 step 7, §19.1.4",
    level: "MUST",
    title: "contacts are compared as URIs: the host in any case, parameters in any order",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      await alice.register({ ...plain, contacts: [`<sip:one@${alice.host};transport=ws;user=phone>`] });
      const host = alice.host.toUpperCase();
      const response = await alice.register({ ...plain, contacts: [`<sip:one@${host};user=phone;transport=WS>`] });
      claimEqual(contactsOf(response).length, 1, "number of bindings");
    },
  },
  {
    id: "register-other-user",
    section: "RFC 3261 §10.3 step 7, §19.1.4",
    level: "MUST",
    title: "the user part of a contact is compared with its case",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      await alice.register({ ...plain, contacts: [`<sip:one@${alice.host};transport=ws>`] });
      const response = await alice.register({ ...plain, contacts: [`<sip:ONE@${alice.host};transport=ws>`] });
      claimEqual(contactsOf(response).length, 2, "number of bindings");
    },
  },
  {
    id: "register-remove",
    section: "RFC 3261 §10.3 step 7",
    level: "MUST",
    title: "an expiry of zero removes that binding and no other",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      await alice.register({ ...plain, contacts: [`<${contactOf(alice, 1)}>, <${contactOf(alice, 2)}>`] });
      const response = await alice.register({ ...plain, contacts: [`<${contactOf(alice, 1)}>;expires=0`] });
      claimEqual(response.status, 200, "status");
      claimBound(contactsOf(response), contactOf(alice, 2));
    },
  },
  {
    id: "register-removed-unreachable",
    section: "RFC 3261 §10.3 step 7",
    level: "MUST",
    title: "a phone that removed its binding is not rung any more",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      await bob.register({ expires: 0 });
      const invite = alice.request("INVITE", bob.aor);
      const response = await invite.final();
      claim(response.status >= 400, `answered ${response.startLine}`);
      await claimNotReached(lab, bob, "INVITE", invite.sent.callId);
    },
  },
  {
    id: "register-remove-by-header",
    section: "RFC 3261 §10.2.2",
    level: "MUST",
    title: "Expires: 0 removes the contacts that name no expiry of their own",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      await alice.register({ ...plain, contacts: [`<${contactOf(alice)}>`] });
      const response = await alice.register({ contacts: [`<${contactOf(alice)}>`], lines: ["Expires: 0"] });
      claimBound(contactsOf(response));
    },
  },
  {
    id: "register-star",
    section: "RFC 3261 §10.3 step 6",
    level: "MUST",
    title: "Contact: * with Expires: 0 removes all bindings, those of other phones too",
    users: 1,
    async run(lab) {
      const [first, second] = [await lab.online("alice"), await lab.online("alice")];
      const response = await second.register({ contacts: ["*"], callId: random(8), lines: ["Expires: 0"] });
      claimEqual(response.status, 200, "status");
      claimBound(contactsOf(response));
      claimBound(await first.bindings());
    },
  },
  ...(
    [
      ["register-star-expires", "an expiry above zero", ["*"], ["Expires: 300"]],
      ["register-star-no-expires", "no expiry", ["*"], []],
      ["register-star-contact", "another contact", ["*", "<sip:other@other.invalid;transport=ws>"], ["Expires: 0"]],
    ] as const
  ).map(
    ([id, what, contacts, lines]): Check => ({
      id,
      section: "RFC 3261 §10.3 step 6",
      level: "MUST",
      title: `Contact: * with ${what} is 400 and changes nothing`,
      users: 1,
      async run(lab) {
        const alice = await lab.online("alice");
        const response = await alice.register({ contacts, callId: random(8), lines });
        claimEqual(response.status, 400, "status");
        claimBound(await alice.bindings(), alice.contact);
      },
    }),
  ),
  {
    id: "register-several",
    section: "RFC 3261 §10.2.1, §7.3.1",
    level: "MUST",
    title: "several contacts in one REGISTER are all registered, in one header field or in several",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      const [one, two, three] = [1, 2, 3].map((n) => contactOf(alice, n));
      const response = await alice.register({
        contacts: [`<${one}>;expires=300`, `"Two, too" <${two}>;q=0.3`],
        lines: [`Contact: <${three}>`],
      });
      claimEqual(response.status, 200, "status");
      claimBound(contactsOf(response), ...[one, two, three].map(String));
    },
  },
  {
    id: "register-atomic-malformed",
    section: "RFC 3261 §10.3 step 7",
    level: "MUST",
    title: "of several contacts all are registered or none: one that is malformed stops all",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      const response = await alice.register({ ...plain, contacts: [`<${contactOf(alice)}>`, "<sip:>;expires=100"] });
      claim(response.status >= 400, `answered ${response.startLine}`);
      claimBound(await alice.bindings());
    },
  },
  {
    id: "register-atomic-order",
    section: "RFC 3261 §10.3 step 7",
    level: "MUST",
    title: "of several contacts all are registered or none: one whose CSeq is too old stops all",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      const callId = random(8);
      const first = await alice.register({ ...plain, contacts: [`<${contactOf(alice, 1)}>`], callId });
      claimEqual(first.status, 200, "status of the first");
      const contacts = [`<${contactOf(alice, 2)}>`, `<${contactOf(alice, 1)}>;expires=0`];
      const late = await alice.register({ ...plain, contacts, callId, cseq: 1 });
      claim(late.status >= 400, `answered ${late.startLine}`);
      claimBound(await alice.bindings(), contactOf(alice, 1));
    },
  },
  {
    id: "register-order",
    section: "RFC 3261 §10.3 step 7",
    level: "MUST",
    title: "a REGISTER that comes late does not undo a newer one of the same Call-ID",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      const callId = random(8);
      await alice.register({ ...plain, contacts: [`<${contactOf(alice)}>`], callId });
      const contacts = [`<${contactOf(alice)}>;expires=0`];
      const late = await alice.register({ ...plain, contacts, callId, cseq: 1 });
      claim(late.status >= 300, `answered ${late.startLine}`);
      claimBound(await alice.bindings(), contactOf(alice));
    },
  },
  {
    id: "register-star-order",
    section: "RFC 3261 §10.3 step 6",
    level: "MUST",
    title: "a Contact: * that comes late does not undo a newer REGISTER of the same Call-ID",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      const callId = random(8);
      await alice.register({ ...plain, contacts: [`<${contactOf(alice)}>`], callId });
      const late = await alice.register({ contacts: ["*"], lines: ["Expires: 0"], callId, cseq: 1 });
      claim(late.status >= 300, `answered ${late.startLine}`);
      claimBound(await alice.bindings(), contactOf(alice));
    },
  },
  {
    id: "register-other-call-id",
    section: "RFC 3261 §10.3 step 7",
    level: "MUST",
    title: "a REGISTER of another Call-ID counts whatever its CSeq",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      await alice.register({ ...plain, contacts: [`<${contactOf(alice)}>`] });
      const response = await alice.register({
        ...plain,
        contacts: [`<${contactOf(alice)}>;expires=0`],
        callId: random(8),
        cseq: 1,
      });
      claimEqual(response.status, 200, "status");
      claimBound(contactsOf(response));
    },
  },
  {
    id: "register-query",
    section: "RFC 3261 §10.2.3",
    level: "MUST",
    title: "a REGISTER without Contact is told the bindings and changes none",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      claimBound(await alice.bindings(), alice.contact);
      claimBound(await alice.bindings(), alice.contact);
    },
  },
  {
    id: "register-query-expires",
    section: "RFC 3261 §10.2.3",
    level: "MUST",
    title: "a REGISTER without Contact but with Expires: 0 changes nothing either",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      await alice.register({ contacts: [], callId: random(8), lines: ["Expires: 0"] });
      claimBound(await alice.bindings(), alice.contact);
    },
  },
  {
    id: "register-expires-parameter",
    section: "RFC 3261 §10.3 step 7",
    level: "MUST",
    title: "an expires parameter goes before the Expires header, and nobody gets more than asked for",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      const [own, common] = [contactOf(alice, 1), contactOf(alice, 2)];
      const response = await alice.register({
        contacts: [`<${own}>;expires=120`, `<${common}>`],
        lines: ["Expires: 300"],
      });
      claimEqual(response.status, 200, "status");
      const [ownGranted, commonGranted] = [expiresOf(response, own), expiresOf(response, common)];
      claim(ownGranted > 0 && ownGranted <= 120, `asked for 120, granted ${ownGranted}`);
      claim(commonGranted > 0 && commonGranted <= 300, `asked for 300, granted ${commonGranted}`);
    },
  },
  {
    id: "register-expires-clamp",
    section: "RFC 3261 §10.3 step 7",
    level: "MUST",
    title: "an expiry above what the registrar likes is shortened, never refused",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      const response = await alice.register({ ...plain, contacts: [`<${contactOf(alice)}>;expires=4294967295`] });
      claimEqual(response.status, 200, "status");
      const granted = expiresOf(response, contactOf(alice));
      claim(granted > 0 && granted < 2 ** 32, `granted ${granted}`);
    },
  },
  {
    id: "register-expires-malformed",
    section: "RFC 3261 §20.10",
    level: "SHOULD",
    title: "a malformed expires counts as 3600",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      const response = await alice.register({ ...plain, contacts: [`<${contactOf(alice)}>;expires=soon`] });
      claimEqual(response.status, 200, "status");
      const granted = expiresOf(response, contactOf(alice));
      claim(granted > 0 && granted <= 3600, `granted ${granted}`);
    },
  },
  {
    id: "register-too-brief",
    section: "RFC 3261 §10.3 step 7",
    level: "MUST",
    title: "an expiry that is too brief is 423 with the Min-Expires that then is accepted",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      const brief = await alice.register({ ...plain, contacts: [`<${contactOf(alice)}>;expires=1`] });
      if (brief.status === 200) {
        const granted = expiresOf(brief, contactOf(alice));
        claim(granted <= 1, `asked for 1 second, granted ${granted}`);
        skip("the registrar takes any interval");
      }
      claimEqual(brief.status, 423, "status");
      const least = Number(valueOf(brief, "min-expires") || Number.NaN);
      claim(least > 1 && least < 3600, `Min-Expires is ${least}`);
      const again = await alice.register({ ...plain, contacts: [`<${contactOf(alice)}>;expires=${least}`] });
      claimEqual(again.status, 200, "status with that expiry");
    },
  },
  {
    id: "register-atomic-brief",
    section: "RFC 3261 §10.3 step 7",
    level: "MUST",
    title: "of several contacts all are registered or none: one that is too brief stops all",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      const contacts = [`<${contactOf(alice, 1)}>;expires=300`, `<${contactOf(alice, 2)}>;expires=1`];
      const response = await alice.register({ ...plain, contacts });
      if (response.status === 200) skip("the registrar takes any interval");
      claimEqual(response.status, 423, "status");
      claimBound(await alice.bindings());
    },
  },
  {
    id: "register-hour",
    section: "RFC 3261 §10.3 step 7",
    level: "MUST",
    title: "an hour is never too brief",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      const response = await alice.register({ ...plain, contacts: [`<${contactOf(alice)}>;expires=3600`] });
      claimEqual(response.status, 200, "status");
      claim(!hasField(response, "min-expires"), "a 200 with Min-Expires");
    },
  },
  {
    id: "register-third-party",
    section: "RFC 3261 §10.3 step 4",
    level: "MUST",
    title: "nobody registers a contact for somebody else: 403",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const response = await alice.register({ to: bob.aor, callId: random(8) });
      claimEqual(response.status, 403, "status");
      claimBound(await bob.bindings(), bob.contact);
    },
  },
  {
    id: "register-third-party-star",
    section: "RFC 3261 §10.3 step 4",
    level: "MUST",
    title: "nobody removes the bindings of somebody else: 403",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const response = await alice.register({ to: bob.aor, callId: random(8), contacts: ["*"], lines: ["Expires: 0"] });
      claimEqual(response.status, 403, "status");
      claimBound(await bob.bindings(), bob.contact);
    },
  },
  {
    id: "register-wrong-to",
    section: "RFC 3261 §10.3 step 5",
    level: "MUST",
    title: "an address-of-record that is not of the registrar's domain is 404",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const to = alice.aor.replace(lab.domain, "other-domain.invalid");
      const response = await alice.register({ to, callId: random(8) });
      claim([403, 404].includes(response.status), `answered ${response.startLine}`);
    },
  },
  {
    id: "register-wrong-domain",
    section: "RFC 3261 §10.3 step 1",
    level: "MUST",
    title: "a REGISTER for another domain registers nothing here",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      const contact = `<${contactOf(alice)}>`;
      const transaction = alice.request("REGISTER", "sip:other-domain.invalid", { to: alice.aor, contact });
      const response = await transaction.final();
      claim(response.status >= 300, `answered ${response.startLine}`);
      claimBound(await alice.bindings());
    },
  },
  {
    id: "register-canonical",
    section: "RFC 3261 §10.3 step 5",
    level: "MUST",
    title: "the address-of-record is taken without escapes and parameters, its host in any case",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const [user = "", domain = ""] = alice.aor.slice("sip:".length).split("@");
      const escaped = `%${user.charCodeAt(0).toString(16)}${user.slice(1)}`;
      const to = `sip:${escaped}@${domain.toUpperCase()};user=phone`;
      const response = await alice.register({ to, contacts: [], callId: random(8) });
      claimEqual(response.status, 200, "status");
      claimBound(contactsOf(response), alice.contact);
    },
  },
  {
    id: "register-to-scheme",
    section: "RFC 3261 §10.3 step 5",
    level: "MUST",
    title: "an address-of-record that is no SIP URI is refused",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const sent = alice.compose("REGISTER", `sip:${lab.domain}`, { to: "isbn:2983792873" });
      const response = await alice.follow(sent).final();
      claim(response.status >= 400, `answered ${response.startLine}`);
    },
  },
  {
    id: "register-route",
    section: "RFC 3261 §16.4, §10.2",
    level: "MUST",
    title: "a REGISTER by way of a route to the server itself is served",
    users: 1,
    async run(lab) {
      const alice = await lab.connect("alice");
      const routes = [`<sip:${lab.domain};transport=ws;lr>`];
      const response = await alice.register({ ...plain, contacts: [`<${contactOf(alice)}>`], routes });
      claimEqual(response.status, 200, "status");
      claimBound(contactsOf(response), contactOf(alice));
    },
  },
  {
    id: "register-expired",
    section: "RFC 3261 §10.3",
    level: "MUST",
    title: "a binding that was not refreshed in time is gone",
    needs: ["slow"],
    seconds: 75,
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const brief = await bob.register({ expires: 1 });
      const least = brief.status === 423 ? Number(valueOf(brief, "min-expires")) : 1;
      claim(least <= 70, `the shortest expiry is ${least} seconds, too long to wait for`);
      const granted = expiresOf(await bob.register({ expires: least }), bob.contact);
      await lab.wait((granted + 2) * 1000);
      claimBound(await bob.bindings());
      const response = await alice.request("MESSAGE", bob.aor).final();
      claim(response.status >= 400, `a MESSAGE was answered ${response.startLine}`);
    },
  },
];
