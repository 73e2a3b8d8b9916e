// RFC 3261 §22, RFC 7616 §3.4: which answers the server believes.
import { type Check, claim, claimEqual, skip } from "../check.ts";
import { answerWith, challenged, strongest } from "../lab/challenged.ts";
import { claimNotReached } from "../lab/claims.ts";
import { answerOrArrival } from "../lab/either.ts";
import type { Lab } from "../lab/lab.ts";
import { type Challenge, credentialsLine, type Forgery, readAuthHeader } from "../sip/digest.ts";
import { valuesOf } from "../sip/message.ts";
import { random } from "../sip/write.ts";

const needs = ["digest"] as const;

/** Credentials that are wrong in one point are refused. */
function forged(id: string, section: string, what: string, forge: (challenge: Challenge, lab: Lab) => Forgery): Check {
  return {
    id,
    section,
    level: "MUST",
    title: `credentials ${what} are not accepted`,
    users: 1,
    needs,
    async run(lab) {
      const alice = await lab.connect("alice");
      const challenge = strongest(await challenged(alice));
      const response = await answerWith(alice, lab, challenge, forge(challenge, lab));
      claim(response.status >= 400 && response.status < 500, `answered ${response.startLine}`);
      claimEqual(
        (await answerWith(alice, lab, strongest(await challenged(alice)))).status,
        200,
        "status with good ones",
      );
    },
  };
}

/** Each algorithm that is offered must be good. */
function algorithm(name: string): Check {
  return {
    id: `digest-${name.toLowerCase()}`,
    section: name === "MD5" ? "RFC 3261 §22.4" : "RFC 8760 §2.6",
    level: "MUST",
    title: `where ${name} is offered, credentials with it are accepted`,
    users: 1,
    needs,
    async run(lab) {
      const alice = await lab.connect("alice");
      const challenge = (await challenged(alice)).find(
        ({ scheme, parameters }) =>
          scheme === "digest" && (parameters.get("algorithm") ?? "MD5").toLowerCase() === name.toLowerCase(),
      );
      if (challenge === undefined) skip(`${name} is not offered`);
      claimEqual((await answerWith(alice, lab, challenge)).status, 200, "status");
    },
  };
}

export const credentialChecks: readonly Check[] = [
  {
    id: "digest-invite",
    section: "RFC 3261 §22.3",
    level: "SHOULD",
    title:
      "a caller that answers the challenge of an INVITE gets through, without having registered on that connection",
    async run(lab) {
      const [alice, bob] = await Promise.all([lab.connect("alice"), lab.online("bob")]);
      const invite = alice.request("INVITE", bob.aor);
      bob.answer(await bob.incoming("INVITE", invite.sent.callId), 486);
      await invite.finalOf(486);
    },
  },
  {
    id: "digest-accepted",
    section: "RFC 3261 §22.2",
    level: "MUST",
    title: "the strongest challenge can be answered",
    users: 1,
    needs,
    async run(lab) {
      const alice = await lab.connect("alice");
      claimEqual((await answerWith(alice, lab, strongest(await challenged(alice)))).status, 200, "status");
    },
  },
  algorithm("MD5"),
  algorithm("SHA-256"),
  algorithm("SHA-512-256"),
  forged("digest-wrong-password", "RFC 7616 §3.4", "with a wrong password", () => ({ password: `${random()}!` })),
  forged("digest-wrong-nonce", "RFC 7616 §3.3", "with a nonce the server never gave", () => ({ nonce: random(16) })),
  forged("digest-wrong-realm", "RFC 3261 §22.1", "for another realm", () => ({ realm: "another.invalid" })),
  forged("digest-wrong-user", "RFC 7616 §3.4", "of a user who does not exist", () => ({
    username: `nobody-${random(4)}`,
  })),
  forged("digest-wrong-uri", "RFC 7616 §3.4.6", "for another URI than the request's", () => ({
    uri: "sip:elsewhere.invalid",
  })),
  forged("digest-wrong-response", "RFC 7616 §3.4.1", "whose response is made up", () => ({ response: random(16) })),
  forged("digest-empty-response", "RFC 7616 §3.4.1", "whose response is empty", () => ({ response: "" })),
  forged("digest-unknown-algorithm", "RFC 7616 §3.4", "with an algorithm that was not offered", () => ({
    algorithm: "ROT-13",
  })),
  forged(
    "digest-swapped-algorithm",
    "RFC 8760 §2.4",
    "that name another algorithm than the one they were made with",
    ({ parameters }) => ({
      algorithm: /^md5/i.test(parameters.get("algorithm") ?? "MD5") ? "SHA-256" : "MD5",
    }),
  ),
  {
    id: "digest-other-method",
    section: "RFC 7616 §3.4.3",
    level: "MUST",
    title: "credentials made for another method are not accepted",
    users: 1,
    needs,
    async run(lab) {
      const alice = await lab.connect("alice");
      const challenge = strongest(await challenged(alice));
      const line = credentialsLine(challenge, alice.secret, { method: "INVITE", uri: `sip:${lab.domain}` });
      const response = await alice.register({ callId: random(8), lines: [line] }, { answersChallenges: false });
      claim(response.status >= 400, `answered ${response.startLine}`);
    },
  },
  {
    id: "digest-wrong-uri-400",
    section: "RFC 7616 §3.4.6",
    level: "SHOULD",
    title: "credentials for another URI than the request's are 400",
    users: 1,
    needs,
    async run(lab) {
      const alice = await lab.connect("alice");
      const challenge = strongest(await challenged(alice));
      claimEqual((await answerWith(alice, lab, challenge, { uri: "sip:elsewhere.invalid" })).status, 400, "status");
    },
  },
  {
    id: "digest-other-connection",
    section: "RFC 7616 §5.4",
    level: "MAY",
    title: "a nonce that was given on one connection is refused on another",
    users: 1,
    needs,
    async run(lab) {
      const [one, two] = [await lab.connect("alice"), await lab.connect("alice")];
      const response = await answerWith(two, lab, strongest(await challenged(one)));
      claim(response.status >= 400, `answered ${response.startLine}`);
    },
  },
  {
    id: "digest-several-credentials",
    section: "RFC 3261 §22.3, §20.7",
    level: "SHOULD",
    title: "credentials for other realms stand beside those for this one and do not matter",
    users: 1,
    needs,
    async run(lab) {
      const alice = await lab.connect("alice");
      const challenge = strongest(await challenged(alice));
      const foreign = 'Authorization: Digest username="x", realm="other.invalid", nonce="n", uri="sip:x", response="0"';
      const lines = ["Authorization: Bearer abc.def", foreign];
      const good = credentialsLine(challenge, alice.secret, { method: "REGISTER", uri: `sip:${lab.domain}` });
      const response = await alice.register(
        { callId: random(8), lines: [...lines, good] },
        { answersChallenges: false },
      );
      claimEqual(response.status, 200, "status");
    },
  },
  {
    id: "digest-other-order",
    section: "RFC 7616 §3.4, RFC 3261 §25.1",
    level: "MUST",
    title: "credentials are read in any order, with any white space, names in any case",
    users: 1,
    needs,
    async run(lab) {
      const alice = await lab.connect("alice");
      const challenge = strongest(await challenged(alice));
      const line = credentialsLine(challenge, alice.secret, { method: "REGISTER", uri: `sip:${lab.domain}` });
      const value = line.slice(line.indexOf(":") + 1).trim();
      claim(readAuthHeader(value).scheme === "digest", "the suite cannot read what it wrote");
      const parameters = value
        .slice("Digest ".length)
        .split(", ")
        .toReversed()
        .map((one) => one.replace(/^([^=]+)=/, (_all, name: string) => `${name.toUpperCase()} = `));
      const lines = [`Authorization: dIGEST  ${parameters.join(" ,\t")}`];
      const response = await alice.register({ callId: random(8), lines }, { answersChallenges: false });
      claimEqual(response.status, 200, "status");
    },
  },
  {
    id: "digest-no-challenge-back",
    section: "RFC 3261 §22.3",
    level: "MUST",
    title: "a phone's credentials for another realm reach the other phone",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const credentials = 'Digest username="a", realm="bobs-phone.invalid", nonce="n", uri="sip:b", response="0123"';
      const lines = [`Authorization: ${credentials}`];
      const sent = alice.compose("MESSAGE", bob.aor, { lines });
      const message = alice.follow(sent, { answersChallenges: false });
      const first = await answerOrArrival(message, lab.target.timeoutMs, bob);
      if (first.kind === "response") skip(`the server wants credentials of its own: ${first.status}`);
      bob.answer(first.request, 200);
      claimEqual(valuesOf(first.request, "authorization"), [credentials], "Authorization");
    },
  },
  {
    id: "digest-unregistered-rings-nobody",
    section: "RFC 3261 §22.3",
    level: "SHOULD",
    title: "with wrong credentials no call rings anywhere",
    async run(lab) {
      const bob = await lab.online("bob");
      const thief = await lab.connect({ ...accountOf(lab), password: `${random()}!` });
      const invite = thief.request("INVITE", bob.aor);
      const response = await invite.final();
      claim(response.status >= 400, `answered ${response.startLine}`);
      await claimNotReached(lab, bob, "INVITE", invite.sent.callId);
    },
  },
];

function accountOf(lab: Lab): { readonly user: string; readonly password: string } {
  return { user: lab.aorOf("alice").slice("sip:".length).split("@")[0] ?? "", password: "" };
}
