// RFC 3261 §8.3: calls to a subscriber that the server redirects (--redirect NAME:PASSWORD).
import { type Check, claim, claimEqual, skip } from "../check.ts";
import { claimNotReached, claimRepeats } from "../lab/claims.ts";
import { answerOrArrival } from "../lab/either.ts";
import type { Lab } from "../lab/lab.ts";
import type { Account, Phone } from "../lab/phone.ts";
import { contactsOf, tagIn } from "../sip/address.ts";

function redirected(lab: Lab): Account {
  return lab.target.redirect ?? skip("no --redirect user was named");
}

interface Redirected {
  readonly alice: Phone;
  /** Two phones of the redirected user, preferred one last. */
  readonly phones: readonly [Phone, Phone];
}

async function callee(lab: Lab): Promise<Redirected> {
  const account = redirected(lab);
  const [alice, one, two] = await Promise.all([lab.online("alice"), lab.connect(account), lab.connect(account)]);
  await one.register({ contacts: [`${one.device};q=0.2;expires=600`] });
  await two.register({ contacts: [`${two.device};q=0.8;expires=600`] });
  return { alice, phones: [one, two] };
}

const needs = ["redirect"] as const;

export const redirectChecks: readonly Check[] = [
  {
    id: "redirect-3xx",
    section: "RFC 3261 §8.3",
    level: "MUST",
    title: "a call is answered 3xx with a To tag, and rings no phone",
    users: 1,
    needs,
    async run(lab) {
      const { alice, phones } = await callee(lab);
      const invite = alice.request("INVITE", phones[0].aor);
      const response = await invite.final();
      claim(response.status >= 300 && response.status < 400, `answered ${response.startLine}`);
      claimRepeats(response, invite.sent);
      claim(tagIn(response, "to") !== "", "no To tag");
      claim(contactsOf(response).length > 0, "no Contact");
      for (const phone of phones) await claimNotReached(lab, phone, "INVITE", invite.sent.callId);
    },
  },
  {
    id: "redirect-order",
    section: "RFC 3261 §8.3, §20.10",
    level: "SHOULD",
    title: "the contacts say in q which is preferred",
    users: 1,
    needs,
    async run(lab) {
      const { alice, phones } = await callee(lab);
      const response = await alice.request("INVITE", phones[0].aor).final();
      const qs = contactsOf(response).map(({ parameters }) => Number(parameters.get("q") ?? 1));
      claimEqual(qs.length, 2, "number of contacts");
      claim(qs[0] !== qs[1], "both contacts have the same q");
    },
  },
  {
    id: "redirect-not-to-itself",
    section: "RFC 3261 §8.3",
    level: "MUST",
    title: "no contact is the URI that was called",
    users: 1,
    needs,
    async run(lab) {
      const { alice, phones } = await callee(lab);
      const { aor } = phones[0];
      const response = await alice.request("INVITE", aor).final();
      claim(
        contactsOf(response).every(({ uri }) => uri !== aor),
        `a contact is ${aor} itself`,
      );
    },
  },
  {
    id: "redirect-followed",
    section: "RFC 3261 §8.1.3.4, §8.3",
    level: "SHOULD",
    title: "a call to the contacts of the redirection reaches the phones",
    users: 1,
    needs,
    async run(lab) {
      const { alice, phones } = await callee(lab);
      const response = await alice.request("INVITE", phones[0].aor).final();
      const [first] = contactsOf(response).toSorted(
        (a, b) => Number(b.parameters.get("q") ?? 1) - Number(a.parameters.get("q") ?? 1),
      );
      const message = alice.request("MESSAGE", first?.uri ?? "sip:none.invalid");
      const reached = await answerOrArrival(message, lab.target.timeoutMs, ...phones);
      const isFound = reached.kind === "request" || (reached.status >= 300 && reached.status < 400);
      claim(isFound, `the contact leads nowhere: ${reached.kind === "request" ? "" : reached.startLine}`);
      if (reached.kind === "request") reached.phone.answer(reached.request, 200);
    },
  },
  {
    id: "redirect-ack",
    section: "RFC 3261 §8.3, §17.2.1",
    level: "MUST",
    title: "the ACK is absorbed, and a CANCEL that comes too late is answered and changes nothing",
    users: 1,
    needs,
    async run(lab) {
      const { alice, phones } = await callee(lab);
      const invite = alice.request("INVITE", phones[0].aor);
      await invite.final();
      await invite.cancel().finalOf(200, 481);
      await lab.quiet();
      claimEqual(invite.responses().filter(({ status }) => status >= 200).length, 1, "final responses to the INVITE");
    },
  },
];
