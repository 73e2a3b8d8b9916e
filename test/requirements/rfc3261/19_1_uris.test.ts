import { describe, expect, test } from "@jest/globals";
import { parameter } from "../../../lib/sip/syntax/parameters.ts";
import { escapeUser, parseUri, serializeUri, unescape } from "../../../lib/sip/syntax/uri.ts";

describe("RFC 3261 §19.1 SIP and SIPS URIs", () => {
  test.each([
    "sip:alice@atlanta.example.com",
    "sip:alice:secretword@atlanta.example.com;transport=tcp",
    "sips:alice@atlanta.example.com?subject=project%20x&priority=urgent",
    "sip:+1-212-555-1212:1234@gateway.example.com;user=phone",
    "sips:1212@gateway.example.com",
    "sip:alice@192.0.2.4",
    "sip:atlanta.example.com;method=REGISTER?to=alice%40atlanta.example.com",
    "sip:alice;day=tuesday@atlanta.example.com",
    "sip:alice:@example.com",
    "sip:bob@[2001:db8::1]:5070;transport=ws;lr",
    "sip:example.com.:5060",
    "sip:a_b@under_score.example.com",
    "sip:bob@example.com;maddr=[2001:db8::9]",
    "sip:%C3%A9l%C3%A8ve@example.com",
    "sip:8v5g8rhp@5fbo2jlqt2v6.invalid;transport=ws;ob",
  ])("§19.1.1: %s is a URI and is written as it was read", (text) => {
    const uri = parseUri(text);
    expect(uri?.kind).toBe("sip");
    expect(uri && serializeUri(uri)).toBe(text);
  });

  test("§19.1.1: the parts of a URI", () => {
    expect(parseUri("SIPS:a%20b:p%3Aw@Example.COM:5061;Transport=WSS;lr?Subject=x%26y&to=z")).toEqual({
      kind: "sip",
      scheme: "sips",
      user: "a%20b",
      password: "p%3Aw",
      host: "example.com",
      port: 5061,
      parameters: [{ name: "Transport", value: "WSS" }, { name: "lr" }],
      headers: "Subject=x%26y&to=z",
    });
  });

  test("§19.1.1: omitted parts are absent", () => {
    expect(parseUri("sip:h")).toEqual({ kind: "sip", scheme: "sip", host: "h", parameters: [] });
  });

  test.each([
    ["", "nothing"],
    ["alice@example.com", "no scheme"],
    ["sip:", "no host"],
    ["sip:@example.com", "an empty user"],
    ["sip:alice@", "a user and no host"],
    ["sip:alice@@example.com", "two @"],
    ["sip:al ice@example.com", "white space"],
    ["sip:alice@example.com ", "white space behind"],
    ["sip:alice@example.com :5060", "white space before the port"],
    [" sip:alice@example.com", "white space in front"],
    ["sip:alice@example.com:", "a colon and no port"],
    ["sip:alice@example.com:65536", "a port beyond 16 bits"],
    ["sip:alice@example.com:50a", "a port that is not a number"],
    ["sip:alice@exa mple.com", "a host with white space"],
    ["sip:alice@-example.com", "a host that begins with a hyphen"],
    ["sip:alice@example..com", "an empty label"],
    ["sip:alice@ex%41mple.com", "an escaped host"],
    ["sip:alice@2001:db8::1", "an IPv6 address without brackets"],
    ["sip:alice@[2001:db8::1", "a bracket that never closes"],
    ["sip:alice@[]", "empty brackets"],
    ["sip:alice@[example.com]", "a name in brackets"],
    ["sip:alice@[2001:db8::1]x", "something behind the brackets"],
    ["sip:alice@example.com;", "an empty parameter"],
    ["sip:alice@example.com;;lr", "an empty parameter before another"],
    ["sip:alice@example.com;=1", "a parameter without a name"],
    ["sip:alice@example.com;lr=", "a parameter with an empty value"],
    ["sip:alice@example.com;a=b=c", "a value with an equals sign"],
    ['sip:alice@example.com;a="b"', "a quoted value"],
    ["sip:alice@example.com?", "no header behind the question mark"],
    ["sip:alice@example.com?a=b?c=<d>", "angle brackets in a header"],
    ["sip:ali%4ce@example.com%", "half an escape"],
    ["sip:ali%4gce@example.com", "an invalid escape"],
    ["sip:alice\u0000@example.com", "a NUL"],
    ["sip:élève@example.com", "UTF-8 that is not escaped"],
    ["<sip:alice@example.com>", "angle brackets"],
  ])("§19.1.1: %j is not a URI: %s", (text) => {
    expect(parseUri(text)).toBeUndefined();
  });

  test("§19.1.2: escapes are resolved once, and only where they are octets of UTF-8", () => {
    expect(unescape("%2541%C3%A9")).toBe("%41é");
    expect(unescape("%FF%41")).toBe("%FF%41");
    expect(unescape("100%")).toBe("100%");
  });

  test("§19.1.2: characters allowed in a user part stay, others are escaped", () => {
    expect(escapeUser("al ice@a:b&=+$,;?/é")).toBe("al%20ice%40a%3Ab&=+$,;?/%C3%A9");
    expect(unescape(escapeUser("a%b c"))).toBe("a%b c");
    expect(escapeUser("\ud800")).toBe("%EF%BF%BD");
  });

  test("§19.1.1: a parameter of a URI is found in any case", () => {
    const uri = parseUri("sip:example.com;Transport=WS;LR");
    expect(uri?.kind === "sip" && [parameter(uri.parameters, "transport"), parameter(uri.parameters, "lr")]).toEqual([
      "WS",
      "",
    ]);
  });
});

describe("RFC 3966 tel URIs", () => {
  test.each([
    ["tel:+1-201-555-0123", "+12015550123"],
    ["tel:+1.(201).555.0123", "+12015550123"],
    ["tel:7042;phone-context=example.com", "7042"],
    ["tel:863-1234;phone-context=+1-914-555", "8631234"],
    ["tel:*21#;phone-context=example.com", "*21#"],
  ])("§3: the number of %s is %s", (text, number) => {
    expect(parseUri(text)).toMatchObject({ kind: "tel", number });
  });

  test.each(["tel:", "tel:+", "tel:+12x", "tel:alice", "tel:+1 201", "tel:12;", "tel:-;ext=1"])(
    "%s is not a tel URI",
    (text) => {
      expect(parseUri(text)).toBeUndefined();
    },
  );
});

describe("Other schemes", () => {
  test.each([
    "mailto:watson@example.com",
    "http://www.example.com/a?b=c#d",
    "urn:uuid:f81d4fae-7dec",
    "isbn:2983792873",
  ])("%s is well formed, though it is not routed", (text) => {
    const uri = parseUri(text);
    expect(uri?.kind).toBe("other");
    expect(uri && serializeUri(uri)).toBe(text);
  });

  test.each(["1http://x", "http:", ":x", "a b:c", "x:<y>", 'x:"y"', "x:é"])("%j is not a URI", (text) => {
    expect(parseUri(text)).toBeUndefined();
  });
});
