// RFC 3261 §10.3 steps 1 to 5: the owner of bindings.
import { type Check, claim, claimEqual } from "../check.ts";
import { claimBound, contactOf } from "../lab/registration.ts";
import { contactsOf } from "../sip/address.ts";
import { random } from "../sip/write.ts";

export const registrationIdentityChecks: readonly Check[] = [
  {
    id: "register-third-party",
    section: "RFC 3261 §10.3 step 4",
    level: "MUST",
    title: "a user cannot register a contact for another user: 403",
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
    title: "a user cannot remove the bindings of another user: 403",
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
    title: "an address-of-record that is not a SIP URI is refused",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const sent = alice.compose("REGISTER", `sip:${lab.domain}`, { to: "isbn:2983792873" });
      const response = await alice.follow(sent).final();
      claim(response.status >= 400, `answered ${response.startLine}`);
    },
  },
];
