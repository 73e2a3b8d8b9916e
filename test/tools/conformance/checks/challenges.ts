// RFC 3261 §22, RFC 7616 §3.3, RFC 8760: the server's challenges.
import { type Check, claim, claimEqual, skip } from "../check.ts";
import { answerWith, challenged, strongest } from "../lab/challenged.ts";
import { challengesOf, strengthOf } from "../sip/digest.ts";
import { hasField } from "../sip/message.ts";
import { random } from "../sip/write.ts";

const needs = ["digest"] as const;

export const challengeChecks: readonly Check[] = [
  {
    id: "digest-challenge",
    section: "RFC 3261 §22.2, §20.44; RFC 7616 §3.3",
    level: "MUST",
    title: "a 401 has WWW-Authenticate with realm, nonce and qop",
    users: 1,
    needs,
    async run(lab) {
      const alice = await lab.connect("alice");
      const challenges = (await challenged(alice)).filter(
        ({ kind, scheme }) => kind === "registrar" && scheme === "digest",
      );
      claim(challenges.length > 0, "no digest challenge in WWW-Authenticate");
      for (const { parameters, text } of challenges) {
        for (const name of ["realm", "nonce", "qop"])
          claim((parameters.get(name) ?? "") !== "", `no ${name} in ${text}`);
        for (const name of ["realm", "nonce", "qop"]) {
          claim(new RegExp(`\\b${name}\\s*=\\s*"`).test(text), `${name} has no quotes in ${text}`);
        }
      }
    },
  },
  {
    id: "digest-proxy-challenge",
    section: "RFC 3261 §22.3",
    level: "MUST",
    title: "a 407 has Proxy-Authenticate, a 401 WWW-Authenticate",
    async run(lab) {
      const stranger = await lab.stranger();
      const response = await stranger.request("INVITE", lab.aorOf("bob")).final();
      if (response.status !== 407 && response.status !== 401)
        skip(`a stranger's INVITE is answered ${response.status}`);
      const name = response.status === 407 ? "proxy-authenticate" : "www-authenticate";
      claim(hasField(response, name), `a ${response.status} without ${name}`);
    },
  },
  {
    id: "digest-nonce-unique",
    section: "RFC 7616 §3.3",
    level: "SHOULD",
    title: "every challenge has a nonce of its own",
    users: 1,
    needs,
    async run(lab) {
      const [one, two] = [await lab.connect("alice"), await lab.connect("alice")];
      const nonces = [...(await challenged(one)).slice(0, 1), ...(await challenged(two)).slice(0, 1)];
      const [first, second] = nonces.map(({ parameters }) => parameters.get("nonce"));
      claim(first !== second, "two connections got the same nonce");
    },
  },
  {
    id: "digest-sha-256-offered",
    section: "RFC 8760 §2.1, §2.6",
    level: "SHOULD",
    title: "SHA-256 is offered",
    users: 1,
    needs,
    async run(lab) {
      const challenges = await challenged(await lab.connect("alice"));
      const names = challenges.map(({ parameters }) => parameters.get("algorithm") ?? "MD5");
      claim(
        names.some((name) => /^sha-256/i.test(name)),
        `offered: ${names.join(", ")}`,
      );
    },
  },
  {
    id: "digest-order",
    section: "RFC 8760 §2.4",
    level: "SHOULD",
    title: "of several challenges the strongest stands first",
    users: 1,
    needs,
    async run(lab) {
      const challenges = (await challenged(await lab.connect("alice"))).filter((one) => strengthOf(one) >= 0);
      if (challenges.length < 2) skip("there is only one");
      const strengths = challenges.map(strengthOf);
      claimEqual(
        strengths,
        strengths.toSorted((a, b) => a - b),
        "ranks of the algorithms, strongest is 0",
      );
    },
  },
  {
    id: "digest-distinct",
    section: "RFC 8760 §2.4",
    level: "MUST",
    title: "no two challenges of one realm have the same algorithm, and each has a header field to itself",
    users: 1,
    needs,
    async run(lab) {
      const challenges = await challenged(await lab.connect("alice"));
      const names = challenges.map(
        ({ parameters }) => `${parameters.get("realm")} ${(parameters.get("algorithm") ?? "MD5").toUpperCase()}`,
      );
      claimEqual(new Set(names).size, names.length, `different ones among ${names.join(", ")}`);
      for (const { text } of challenges)
        claim((text.match(/\bDigest\b/gi) ?? []).length === 1, `two challenges in ${text}`);
    },
  },
  {
    id: "digest-challenged-again",
    section: "RFC 3261 §22.1, §22.2",
    level: "SHOULD",
    title: "wrong credentials get another challenge, or 403",
    users: 1,
    needs,
    async run(lab) {
      const alice = await lab.connect("alice");
      const response = await answerWith(alice, lab, strongest(await challenged(alice)), { password: "wrong" });
      claim(
        response.status === 403 || challengesOf(response).length > 0,
        `answered ${response.startLine} without a challenge`,
      );
    },
  },
  {
    id: "digest-not-stale",
    section: "RFC 7616 §3.3",
    level: "SHOULD",
    title: "a wrong password is not called a stale nonce, or a client would try it for ever",
    users: 1,
    needs,
    async run(lab) {
      const alice = await lab.connect("alice");
      const response = await answerWith(alice, lab, strongest(await challenged(alice)), { password: "wrong" });
      const stale = challengesOf(response).filter(({ parameters }) => /^true$/i.test(parameters.get("stale") ?? ""));
      claimEqual(stale.length, 0, "challenges with stale=true");
    },
  },
  {
    id: "digest-stale",
    section: "RFC 7616 §3.3",
    level: "SHOULD",
    title: "credentials with a nonce of six minutes ago are accepted, or challenged as stale",
    users: 1,
    needs: ["digest", "slow"],
    seconds: 370,
    async run(lab) {
      const alice = await lab.connect("alice");
      const challenge = strongest(await challenged(alice));
      await lab.wait(360_000);
      const response = await answerWith(alice, lab, challenge);
      if (response.status === 200) return;
      const stale = challengesOf(response).filter(({ parameters }) => /^true$/i.test(parameters.get("stale") ?? ""));
      claim(stale.length > 0, `answered ${response.startLine} without stale=true`);
    },
  },
  {
    id: "digest-nobody-looks-like-somebody",
    section: "RFC 3261 §26.3.2.4, RFC 7616 §5.8",
    level: "SHOULD",
    title: "a user who does not exist and a wrong password are answered alike, challenge and status",
    users: 1,
    needs,
    async run(lab) {
      const alice = await lab.connect("alice");
      const wrong = await answerWith(alice, lab, strongest(await challenged(alice)), { password: "wrong" });
      const nobody = { username: `nobody-${random(4)}`, password: "wrong" };
      const to = `sip:${nobody.username}@${lab.domain}`;
      const stranger = await lab.connect("alice");
      const first = await stranger.register({ to, from: to, callId: random(8) }, { answersChallenges: false });
      claimEqual(first.status, 401, "status of the first REGISTER of an unknown user");
      const challenge = strongest(challengesOf(first));
      const second = await answerWith(stranger, lab, challenge, nobody, { to, from: to });
      claimEqual(second.status, wrong.status, "status of the second");
    },
  },
  {
    id: "digest-not-ack",
    section: "RFC 3261 §22.1",
    level: "MUST",
    title: "neither ACK nor CANCEL is challenged",
    async run(lab) {
      const stranger = await lab.stranger();
      stranger.write("ACK", lab.aorOf("bob"));
      const cancel = stranger.request("CANCEL", lab.aorOf("bob"));
      await lab.quiet();
      const challenges = stranger.inbox.all.filter(({ kind, fields }) => {
        return kind === "response" && fields.some(({ name }) => name.endsWith("-authenticate"));
      });
      claimEqual(challenges.length, 0, "challenges");
      claim(!cancel.responses().some(({ status }) => status === 401 || status === 407), "the CANCEL was challenged");
    },
  },
];
