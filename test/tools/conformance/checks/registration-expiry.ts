// RFC 3261 §10.3 step 7: how long a binding lasts.
import { type Check, claim, claimEqual, skip } from "../check.ts";
import { claimBound, contactOf, expiresOf, plain } from "../lab/registration.ts";
import { hasField, valueOf } from "../sip/message.ts";

export const registrationExpiryChecks: readonly Check[] = [
  {
    id: "register-expires-parameter",
    section: "RFC 3261 §10.3 step 7",
    level: "MUST",
    title: "an expires parameter has precedence over the Expires header, and no more is granted than requested",
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
