// RFC 3261 §16.5: the targets of a request.
import { type Check, claim } from "../check.ts";
import { claimNotReached, claimRefused } from "../lab/claims.ts";
import { answerOrArrival } from "../lab/either.ts";
import { readUri, tagIn } from "../sip/address.ts";
import { random } from "../sip/write.ts";

export const targetChecks: readonly Check[] = [
  {
    id: "proxy-not-by-to",
    section: "RFC 3261 §16.5",
    level: "MUST",
    title: "the Request-URI decides the target of a request, and To does not",
    users: 3,
    async run(lab) {
      const [alice, bob, carol] = await Promise.all([lab.online("alice"), lab.online("bob"), lab.online("carol")]);
      const message = alice.request("MESSAGE", bob.aor, { to: carol.aor });
      bob.answer(await bob.incoming("MESSAGE", message.sent.callId), 200);
      await message.finalOf(200);
      await claimNotReached(lab, carol, "MESSAGE", message.sent.callId);
    },
  },
  {
    id: "proxy-nobody",
    section: "RFC 3261 §16.5, §21.4.5",
    level: "SHOULD",
    title: "a call to an unknown user is 404, with a To tag",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const response = await claimRefused(alice.request("INVITE", `sip:nobody-${random(5)}@${lab.domain}`), 404);
      claim(tagIn(response, "to") !== "", "no To tag");
    },
  },
  {
    id: "proxy-no-phone",
    section: "RFC 3261 §16.5",
    level: "SHOULD",
    title: "a call to a user without a phone is 480",
    async run(lab) {
      const alice = await lab.online("alice");
      await claimRefused(alice.request("INVITE", lab.aorOf("bob")), 480);
    },
  },
  {
    id: "proxy-no-targets",
    section: "RFC 3261 §16.5",
    level: "MUST",
    title: "a request for which there is no target gets an error answer, whatever its method",
    async run(lab) {
      const alice = await lab.online("alice");
      // A MESSAGE may wait for its user instead (RFC 3428 §7).
      for (const method of ["INVITE", "INFO", "OPTIONS", "SUBSCRIBE", "WOBBLE"]) {
        await claimRefused(alice.request(method, lab.aorOf("bob")));
      }
    },
  },
  {
    id: "proxy-foreign-domain",
    section: "RFC 3261 §16.5",
    level: "SHOULD",
    title: "a request for an unknown domain gets an error response",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      await claimRefused(alice.request("MESSAGE", "sip:somebody@nobody-has-this-domain.invalid"));
      await claimRefused(alice.request("INVITE", "sip:somebody@nobody-has-this-domain.invalid"));
    },
  },
  {
    id: "proxy-foreign-port",
    section: "RFC 3261 §16.5",
    level: "SHOULD",
    title:
      "a phone's contact is no way round the server: when it is not registered, a request for its host of .invalid is refused",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      await bob.register({ expires: 0 });
      const message = alice.request("MESSAGE", bob.contact, { to: bob.aor });
      await claimRefused(message);
    },
  },
  {
    id: "proxy-maddr",
    section: "RFC 3261 §16.4, §16.5",
    level: "MUST",
    title: "a request with a foreign maddr is not delivered to the phone of its user part",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const message = alice.request("MESSAGE", `${bob.aor};maddr=192.0.2.9`, { to: bob.aor });
      await claimNotReached(lab, bob, "MESSAGE", message.sent.callId);
    },
  },
  {
    id: "proxy-escaped-user",
    section: "RFC 3261 §19.1.4, §16.5",
    level: "MUST",
    title: "escapes in the user part and capitals in the domain name the same user",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const { user } = readUri(bob.aor);
      const uri = `sip:%${user.charCodeAt(0).toString(16)}${user.slice(1)}@${lab.domain.toUpperCase()}`;
      const message = alice.request("MESSAGE", uri);
      bob.answer(await bob.incoming("MESSAGE", message.sent.callId), 200);
      await message.finalOf(200);
    },
  },
  {
    id: "proxy-uri-parameters",
    section: "RFC 3261 §16.5, §19.1.1",
    level: "SHOULD",
    title: "unknown parameters of a Request-URI do not change its target",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const message = alice.request("MESSAGE", `${bob.aor};user=ip;unknown=1`);
      bob.answer(await bob.incoming("MESSAGE", message.sent.callId), 200);
      await message.finalOf(200);
    },
  },
  {
    id: "proxy-to-oneself",
    section: "RFC 3261 §16.5",
    level: "MUST",
    title: "a message to oneself arrives, on this phone or on another",
    users: 1,
    async run(lab) {
      const [first, second] = [await lab.online("alice"), await lab.online("alice")];
      const message = first.request("MESSAGE", first.aor);
      const reached = await answerOrArrival(message, lab.target.timeoutMs, first, second);
      claim(reached.kind === "request", "it was answered without having arrived");
      await lab.quiet();
      for (const phone of [first, second]) {
        for (const request of phone.received("MESSAGE")) phone.answer(request, 200);
      }
      await message.finalOf(200);
    },
  },
];
