import { describe, expect, test } from "@jest/globals";
import { assert, character, property, string } from "../../support/properties.ts";
import { claimedAor } from "../../../lib/aws/authorizer/claimed-aor.ts";
import { isTrustworthyUrl } from "../../../lib/aws/authorizer/issuer-url.ts";
import { aorOf } from "../../../lib/sip/syntax/aor.ts";
import { parseUri } from "../../../lib/sip/syntax/uri.ts";

const domains = ["example.com", "example.org"];

describe("a claim becomes an AOR", () => {
  test.each([
    ["alice", "sip:alice@example.com"],
    ["Alice", "sip:Alice@example.com"],
    ["+4930123456", "sip:+4930123456@example.com"],
    ["auth0|5f7c8ec7", "sip:auth0%7C5f7c8ec7@example.com"],
    ["al%69ce", "sip:al%2569ce@example.com"],
    ["jürgen", "sip:j%C3%BCrgen@example.com"],
    ["a;b?c=d", "sip:a;b?c=d@example.com"],
    ['<x>"', "sip:%3Cx%3E%22@example.com"],
    ["sip:alice@example.org", "sip:alice@example.org"],
    ["SIP:alice@EXAMPLE.com", "sip:alice@example.com"],
    ["sip:%61lice@example.com", "sip:alice@example.com"],
  ])("%j is %s", (claim, expected) => {
    expect(claimedAor(claim, domains)).toBe(expected);
  });

  test("that a From with the same user means too, for any text that is one user", () => {
    assert(
      property(string({ unit: character }), (text) => {
        const found = claimedAor(text, domains);
        if (found === undefined) return;
        const uri = parseUri(found);
        expect(uri && aorOf(uri)).toBe(found);
        expect(found).toMatch(/^sip:[\x21-\x7e]+@example\.(com|org)$/);
      }),
    );
  });
});

describe("a claim that is not one served user is refused:", () => {
  test.each([
    [undefined],
    [null],
    [42],
    [["alice"]],
    [{ toString: () => "alice" }],
    [""],
    [" "],
    ["alice bob"],
    ["alice@example.com"],
    ["alice:secret"],
    ["alice\r\nTo: x"],
    ["alice\0"],
    ["al\u200bice"],
    ["al\u202eice"],
    ["\ud800"],
    ["x".repeat(256)],
    ["sip:alice@evil.example"],
    ["sip:example.com"],
    ["sip:@example.com"],
    ["sip:alice:pw@example.com"],
    ["sip:alice@example.com:5061"],
    ["sip:alice@example.com;user=phone"],
    ["sip:alice@example.com?Route=x"],
    ["sip:alice@example.com@evil.example"],
    ["sip:a%0D%0Ab@example.com"],
    ["sip:a%40b@example.com"],
    ["sip:a%00@example.com"],
    ["sips:alice@example.com"],
    ["tel:+4930123456"],
  ])("%j", (claim) => {
    expect(claimedAor(claim, domains)).toBeUndefined();
  });
});

test.each([
  ["https://login.example.com", true],
  ["https://login.example.com/realms/phones/", true],
  ["http://127.0.0.1:3000", true],
  ["http://localhost:3000", true],
  ["http://[::1]:3000", true],
  ["http://login.example.com", false],
  ["http://127.0.0.1.evil.example", false],
  ["http://localhost.evil.example", false],
  ["http://user@127.0.0.1", false],
  ["https://login.example.com#x", false],
  ["file:///etc/passwd", false],
  ["login.example.com", false],
  ["", false],
])("keys of an issuer at %s are trusted: %s", (url, expected) => {
  expect(isTrustworthyUrl(url)).toBe(expected);
});
