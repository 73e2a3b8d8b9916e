import { describe, expect, test } from "@jest/globals";
import { parseUri } from "../../../lib/sip/syntax/uri.ts";
import { isSameUri } from "../../../lib/sip/syntax/uri-comparison.ts";

/** Compared in both directions: the rule is symmetric. */
function isSame(first: string, second: string): boolean {
  const [a, b] = [parseUri(first), parseUri(second)];
  if (a === undefined || b === undefined) throw new Error(`no URI: ${a === undefined ? first : second}`);
  const [there, back] = [isSameUri(a, b), isSameUri(b, a)];
  if (there !== back) throw new Error(`${first} and ${second} are the same in one direction only`);
  return there;
}

describe("RFC 3261 §19.1.4", () => {
  test.each([
    ["sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"],
    ["sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"],
    ["sip:carol@chicago.com", "sip:carol@chicago.com;security=on"],
    ["sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"],
    [
      "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
      "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
    ],
    [
      "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
      "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
    ],
  ])("the section's examples: %s equals %s", (a, b) => {
    expect(isSame(a, b)).toBe(true);
  });

  test.each([
    ["SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP", "user names mind case"],
    ["sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", "a default port is not the same as none"],
    ["sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", "a default transport is not the same as none"],
    ["sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp", "port and transport differ"],
    ["sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting", "headers are never ignored"],
    ["sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4", "a name is not the address it stands for"],
    ["sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off", "a parameter of both must agree"],
  ])("the section's examples: %s differs from %s: %s", (a, b) => {
    expect(isSame(a, b)).toBe(false);
  });

  test("equality is not transitive", () => {
    expect(isSame("sip:carol@chicago.com;security=on", "sip:carol@chicago.com")).toBe(true);
    expect(isSame("sip:carol@chicago.com", "sip:carol@chicago.com;security=off")).toBe(true);
  });

  test.each([
    ["sip:a@example.com;user=phone", "user"],
    ["sip:a@example.com;ttl=1", "ttl"],
    ["sip:a@example.com;method=INVITE", "method"],
    ["sip:a@example.com;maddr=192.0.2.1", "maddr"],
    ["sip:a@example.com;transport=ws", "transport"],
  ])("%s differs without its %s", (uri) => {
    expect(isSame(uri, "sip:a@example.com")).toBe(false);
  });

  test.each([
    ["sip:a@example.com", "sips:a@example.com", "schemes differ"],
    ["sip:a@example.com", "sip:example.com", "one has a user"],
    ["sip:a:b@example.com", "sip:a@example.com", "one has a password"],
    ["sip:a:b@example.com", "sip:a:B@example.com", "passwords mind case"],
    ["sip:a@example.com", "sip:a@example.com.", "host names are compared as written"],
    ["sip:a%3Bb@example.com", "sip:a;b@example.com", "an escaped reserved character is not the character"],
    ["sip:a@example.com?x=1&y=2", "sip:a@example.com?x=1", "one has a header more"],
    ["sip:a@example.com?x=1%26y%3D2", "sip:a@example.com?x=1&y=2", "an escaped & separates nothing"],
    ["sip:a@example.com?Subject=A", "sip:a@example.com?Subject=a", "header values mind case"],
    ["sip:a@example.com;x=1;x=2", "sip:a@example.com;x=2", "of a repeated parameter the first counts"],
  ])("%s differs from %s: %s", (a, b) => {
    expect(isSame(a, b)).toBe(false);
  });

  test.each([
    ["sip:a%2db@example.com", "sip:a-b@example.com", "an escaped unreserved character is the character"],
    ["sip:a%3bb@example.com", "sip:a%3Bb@example.com", "escapes ignore case"],
    ["sip:a@example.com;%6Cr", "sip:a@example.com;lr", "names of parameters may be escaped"],
    ["sip:a@example.com;X=Y", "sip:a@example.com;x=y", "parameters ignore case"],
    ["sip:a@example.com?SUBJECT=x", "sip:a@example.com?Subject=%78", "names of headers ignore case"],
    ["sip:a@example.com;x=1;x=2", "sip:a@example.com;x=1", "of a repeated parameter the first counts"],
  ])("%s equals %s: %s", (a, b) => {
    expect(isSame(a, b)).toBe(true);
  });

  test.each([
    ["sip:a@[2001:db8::9:1]", "sip:a@[2001:DB8:0:0:0:0:9:01]"],
    ["sip:a@[::ffff:192.0.2.128]", "sip:a@[::FFFF:c000:0280]"],
    ["sip:a@[::]", "sip:a@[0:0:0:0:0:0:0:0]"],
    ["sip:a@192.0.2.1", "sip:a@192.000.002.001"],
  ])("RFC 5954 §4.2: %s equals %s, as they are the same address", (a, b) => {
    expect(isSame(a, b)).toBe(true);
  });

  test.each([
    ["sip:a@[2001:db8::9:1]", "sip:a@[2001:db8::9:2]"],
    ["sip:a@[::ffff:192.0.2.128]", "sip:a@192.0.2.128"],
    ["sip:a@[2001:db8:::1]", "sip:a@[2001:db8::1]"],
    ["sip:a@[1:2:3:4:5:6:7:8]", "sip:a@[1:2:3:4:5:6:7::8]"],
  ])("RFC 5954 §4.2: %s differs from %s", (a, b) => {
    expect(isSame(a, b)).toBe(false);
  });
});

describe("RFC 3966 §4", () => {
  test.each([
    ["tel:+1-212-555-0101", "tel:+1(212)5550101", "visual separators mean nothing"],
    ["tel:+12125550101;ext=1-2;x=Y", "tel:+12125550101;X=y;EXT=12", "parameters in any order and case"],
    ["tel:1234;phone-context=Example.COM", "tel:12-34;phone-context=example.com", "contexts that are domains"],
    ["tel:1234;phone-context=+1-212", "tel:1234;phone-context=+1212", "contexts that are numbers"],
    ["tel:a#b;phone-context=x.example", "tel:A#B;phone-context=x.example", "hexadecimal digits ignore case"],
  ])("%s equals %s: %s", (a, b) => {
    expect(isSame(a, b)).toBe(true);
  });

  test.each([
    ["tel:+12125550101", "tel:12125550101", "a global number is not a local one"],
    ["tel:+12125550101", "tel:+12125550101;ext=1", "every parameter counts"],
    ["tel:1234;phone-context=a.example", "tel:1234;phone-context=b.example", "contexts differ"],
    ["tel:+12125550101", "sip:+12125550101@example.com;user=phone", "schemes differ"],
  ])("%s differs from %s: %s", (a, b) => {
    expect(isSame(a, b)).toBe(false);
  });
});

describe("Other schemes", () => {
  test("the scheme ignores case, the rest is compared as written", () => {
    expect(isSame("MAILTO:a@example.com", "mailto:a@example.com")).toBe(true);
    expect(isSame("http://example.com/A", "http://example.com/a")).toBe(false);
  });
});
