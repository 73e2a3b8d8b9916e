// RFC 3261 §10.2, §10.3: bindings come and go.
import { type Check, claim, claimEqual } from "../check.ts";
import { claimNotReached } from "../lab/claims.ts";
import { claimBound, contactOf, expiresOf, plain } from "../lab/registration.ts";
import { contactsOf } from "../sip/address.ts";
import { valueOf } from "../sip/message.ts";
import { random } from "../sip/write.ts";

export const bindingChecks: readonly Check[] = [
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
    id: "register-query",
    section: "RFC 3261 §10.2.3",
    level: "MUST",
    title: "a REGISTER without Contact gets the bindings and changes none",
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
];
