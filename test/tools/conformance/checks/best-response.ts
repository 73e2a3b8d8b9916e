// RFC 3261 §16.7 steps 6 and 7: which of several refusals the caller gets.
import { type Check, claim, claimEqual } from "../check.ts";
import { bestOf, fork } from "../lab/fork.ts";
import { challengesOf } from "../sip/digest.ts";

/** The choice among two refusals, where the RFC leaves none or makes a recommendation. */
function best(
  id: string,
  level: Check["level"],
  statuses: readonly [number, number],
  allowed: readonly number[],
  why: string,
): Check {
  return {
    id,
    section: "RFC 3261 §16.7 step 6",
    level,
    title: `of ${statuses[0]} and ${statuses[1]} the caller gets ${allowed.join(" or ")}: ${why}`,
    async run(lab) {
      const response = await bestOf(lab, statuses);
      claim(allowed.includes(response.status), `the caller got ${response.status}`);
    },
  };
}

/** Of a phone's own: such realms are not answered by the suite's phones. */
function challengeOf(realm: string): string {
  return `Digest realm="${realm}.invalid", nonce="${realm}", algorithm=MD5, qop="auth"`;
}

export const bestResponseChecks: readonly Check[] = [
  {
    id: "response-one-final",
    section: "RFC 3261 §16.7 step 6",
    level: "MUST",
    title: "of several refusals the caller gets one, and only when all phones have refused",
    async run(lab) {
      const { invite, first, second } = await fork(lab);
      first.answer(486);
      await lab.quiet();
      claimEqual(
        invite.responses().filter(({ status }) => status >= 200).length,
        0,
        "final responses while one still may answer",
      );
      second.answer(404);
      await invite.final();
      await lab.quiet();
      claimEqual(invite.responses().filter(({ status }) => status >= 200).length, 1, "final responses in the end");
    },
  },
  best("best-lowest-class", "MUST", [503, 404], [404], "the lowest class"),
  best("best-lowest-class-3xx", "MUST", [486, 302], [302], "the lowest class"),
  best("best-5xx", "MUST", [486, 500], [486], "the lowest class"),
  best("best-6xx", "MUST", [404, 603], [603], "6xx goes before all others"),
  best("best-6xx-first", "MUST", [600, 302], [600], "6xx goes before all others"),
  best("best-of-received", "MUST", [486, 480], [486, 480], "one of those that came"),
  best("best-helpful-415", "SHOULD", [486, 415], [415], "it tells the caller what to change"),
  best("best-helpful-420", "SHOULD", [404, 420], [420], "it tells the caller what to change"),
  best("best-helpful-484", "SHOULD", [480, 484], [484], "it tells the caller what to change"),
  best("best-no-503", "SHOULD", [503, 503], [500], "the caller must not take the server for overloaded"),
  {
    id: "response-503",
    section: "RFC 3261 §16.7 step 6",
    level: "SHOULD",
    title: "a 503 of the only phone becomes 500, so that the caller does not give the server up",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor);
      bob.answer(await bob.incoming("INVITE", invite.sent.callId), 503, { lines: ["Retry-After: 99"] });
      claimEqual((await invite.final()).status, 500, "status");
    },
  },
  {
    id: "response-challenges",
    section: "RFC 3261 §16.7 step 7",
    level: "MUST",
    title: "of 401 and 407 the caller gets one, with the challenges of both",
    async run(lab) {
      const { invite, first, second } = await fork(lab);
      first.answer(401, { lines: [`WWW-Authenticate: ${challengeOf("one")}`] });
      second.answer(407, {
        lines: [`Proxy-Authenticate: ${challengeOf("two")}`, `Proxy-Authenticate: ${challengeOf("three")}`],
      });
      const response = await invite.finalOf(401, 407);
      const realms = challengesOf(response).map(({ kind, parameters }) => `${kind} ${parameters.get("realm")}`);
      claimEqual(
        realms.toSorted(),
        ["proxy three.invalid", "proxy two.invalid", "registrar one.invalid"],
        "challenges",
      );
    },
  },
  {
    id: "response-challenge-preferred",
    section: "RFC 3261 §16.7 step 6",
    level: "SHOULD",
    title: "a challenge of one phone goes before the refusal of another",
    async run(lab) {
      const { invite, first, second } = await fork(lab);
      first.answer(401, {
        lines: ['WWW-Authenticate: Digest realm="one.invalid", nonce="1", algorithm=MD5, qop="auth"'],
      });
      second.answer(486);
      await invite.finalOf(401);
    },
  },
];
