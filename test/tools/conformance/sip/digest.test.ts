import { expect, test } from "@jest/globals";
import { bestChallenge, challengesOf, credentialsLine } from "./digest.ts";
import { readMessage, type SipResponse } from "./message.ts";

function challengedWith(...challenges: readonly string[]): SipResponse {
  const text = ["SIP/2.0 401 Unauthorized", ...challenges.map((value) => `WWW-Authenticate: ${value}`), "", ""].join(
    "\r\n",
  );
  const message = readMessage(text);
  if (message?.kind !== "response") throw new Error("no response");
  return message;
}

/** The example of RFC 7616 §3.9.1. */
const example = (algorithm: string): string =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;

test.each([
  ["MD5", "8ca523f5e9506fed4657c9700eebdbec"],
  ["SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"],
])("RFC 7616 §3.9.1: the response with %s is the RFC's", (algorithm, response) => {
  const [challenge] = challengesOf(challengedWith(example(algorithm)));
  if (challenge === undefined) throw new Error("no challenge");
  const line = credentialsLine(
    challenge,
    { username: "Mufasa", password: "Circle of Life" },
    { method: "GET", uri: "/dir/index.html" },
    { cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ" },
  );
  expect(line).toContain(`response="${response}"`);
  expect(line).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
  expect(line).toContain("qop=auth, nc=00000001");
});

test("of all challenges the strongest that is known is taken, wherever it stands", () => {
  const offered = challengesOf(challengedWith(example("MD5"), example("ROT-13"), "Bearer x=y", example("SHA-256")));
  expect(bestChallenge(offered)?.parameters.get("algorithm")).toBe("SHA-256");
  expect(bestChallenge(offered.slice(1, 3))).toBeUndefined();
});
