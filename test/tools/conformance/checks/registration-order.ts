// RFC 3261 §10.3 steps 6 and 7: requests that come late, and requests that succeed or fail as a whole.
import { type Check, claim, claimEqual, skip } from "../check.ts";
import { claimBound, contactOf, plain } from "../lab/registration.ts";
import { contactsOf } from "../sip/address.ts";
import { random } from "../sip/write.ts";

export const registrationOrderChecks: readonly Check[] = [
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
];
