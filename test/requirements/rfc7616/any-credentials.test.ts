import { expect, test } from "@jest/globals";
import * as fc from "../../support/properties.ts";
import { challenged, nonceIn } from "../../support/phone/challenged.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

// Any Authorization made without the password: never a 200, an exception or a 500.

const values = [
  '"alice"',
  "UTF-8''alice",
  "UTF-8''%",
  "utf-8''%ed%a0%80",
  `"${DOMAIN}"`,
  '"NONCE"',
  `"sip:${DOMAIN}"`,
  `"${"0".repeat(64)}"`,
  "MD5",
  "SHA-256",
  "SHA-256-sess",
  "__proto__",
  "auth",
  "auth-int",
  "00000001",
  "ffffffff",
  "true",
  '""',
  "",
  '"\\',
  '"é\u{1f600}"',
];
/** Right in everything but the response: near enough to be looked at closely. */
const right: Readonly<Record<string, string | undefined>> = {
  username: '"alice"',
  realm: `"${DOMAIN}"`,
  nonce: '"NONCE"',
  uri: `"sip:${DOMAIN}"`,
  response: '"0"',
  algorithm: "MD5",
  qop: "auth",
  nc: "00000001",
  cnonce: '"c"',
  "username*": undefined,
  userhash: undefined,
  opaque: undefined,
};
const bent = fc.tuple(
  fc.constantFrom(...Object.keys(right)),
  fc.option(fc.constantFrom(...values), { nil: undefined }),
);
const field = fc
  .tuple(
    fc.constantFrom("Digest", "Digest", "dIGEST", "Bearer", "Basic", ""),
    fc.array(bent, { maxLength: 5 }),
    fc.constantFrom(", ", ", ", ",", ";"),
  )
  .map(([scheme, bends, separator]) => {
    const written = Object.entries({ ...right, ...Object.fromEntries(bends) }).filter(
      ([, value]) => value !== undefined,
    );
    return `${scheme} ${written.map((pair) => pair.join("=")).join(separator)}`;
  });
const bearer = { authzServer: "https://login.example.com", offered: "first" } as const;

test("any credentials made without the password get 400 or 401, never access", async () => {
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(fc.array(field, { minLength: 1, maxLength: 3 }), async (fields) => {
      const network = createNetwork({ bearer });
      const phone = await challenged(network, "alice");
      const lines = fields.map((value) => `Authorization: ${value.replaceAll("NONCE", nonceIn(phone.challenge))}`);
      const { status } = await phone.send(lines);
      seen.add(status);
      expect([400, 401]).toContain(status);
      expect(network.state.rows.flows.size).toBe(0);
    }),
    { numRuns: 1000 },
  );
  expect([...seen].toSorted((a, b) => a - b)).toEqual([400, 401]);
});
