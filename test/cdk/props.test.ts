import { describe, expect, test } from "@jest/globals";
import { defaultSettings, type Settings } from "../../lib/sip/settings.ts";
import { settingsOf, validateProps, type SipSignalingProps } from "../../lib/cdk/props.ts";

const tokens = { issuer: "https://login.example.com", audience: "phone" };

describe("SipSignaling refuses", () => {
  test.each<[string, SipSignalingProps, RegExp]>([
    ["an empty domain", { domain: "" }, /domain "" is not a host name: write it/],
    ["a domain with a line end", { domain: "example.com\r\nX: y" }, /is not a host name: write it/],
    ["a domain with a line end behind it", { domain: "example.com\n" }, /is not a host name: write it/],
    ["a domain with a port", { domain: "example.com:5061" }, /without scheme, port or user/],
    ["a domain in capitals", { domains: ["Example.com"] }, /lower case/],
    ["domain and domains together", { domain: "a.example", domains: ["b.example"] }, /keep domains/],
    ["no domain at all", { domains: [] }, /leave it out/],
    [
      "a shortest registration above the longest",
      { registration: { min: 300, default: 200, max: 100 } },
      /min <= default/,
    ],
    ["a registration of no time", { registration: { min: 0, default: 60, max: 60 } }, /above zero/],
    ["a registration the idle limit would cut", { registration: { min: 60, default: 540, max: 600 } }, /540 or less/],
    ["ringing shorter than RFC 3261 allows", { ringSeconds: 30 }, /Set it to 181 to 900/],
    ["ringing longer than SQS can delay", { ringSeconds: 1000 }, /Set it to 181 to 900/],
    ["no device", { maxBindings: 0 }, /set it to 1 to 100/],
    ["no digest algorithm", { digestAlgorithms: [] }, /nobody could log in/],
    ["a digest algorithm twice", { digestAlgorithms: ["MD5", "MD5"] }, /remove the second/],
    ["an origin with a path", { allowedOrigins: ["https://example.com/phone"] }, /scheme, host and port only/],
    ["a routing nobody knows", { routingByDomain: { "a.example": JSON.parse('"b2b"') } }, /a.example is "b2b"/],
    ["a peer without a device", { peers: { "pstn.example": "gateway" } }, /sip:gateway@your.domain/],
    [
      "an issuer without TLS",
      { tokens: { issuer: "http://login.example.com", audience: "phone" } },
      /write the issuer's https URL/,
    ],
    ["an issuer that is no URL", { tokens: { issuer: "login.example.com", audience: "phone" } }, /https URL/],
    ["tokens for anybody", { tokens: { ...tokens, audience: [] } }, /name your client/],
    ["tokens for nobody", { tokens: { ...tokens, audience: "" } }, /name your client/],
    ["a claim without a name", { tokens: { ...tokens, claim: "" } }, /or leave it out/],
    [
      "an algorithm whose key is shared",
      { tokens: { ...tokens, algorithms: JSON.parse('["HS256"]') } },
      /"HS256": choose/,
    ],
    ["unsigned tokens", { tokens: { ...tokens, algorithms: JSON.parse('["none"]') } }, /"none": choose/],
    ["no algorithm", { tokens: { ...tokens, algorithms: [] } }, /no token would do/],
    ["clocks an hour apart", { tokens: { ...tokens, clockToleranceSeconds: 3600 } }, /0 to 300/],
    ["a secret that never changes", { rotationDays: 0 }, /1 to 1000/],
    ["an empty list of origins", { allowedOrigins: [] }, /leave it out/],
  ])("%s, and says what to do", (_title, props, message) => {
    expect(() => validateProps(props)).toThrow(message);
  });

  test("everything that is wrong at once", () => {
    expect(() => validateProps({ domain: "", ringSeconds: 1, maxBindings: 0 })).toThrow(
      /domain[^]*maxBindings[^]*ringSeconds/,
    );
  });
});

test.each<[string, SipSignalingProps]>([
  ["nothing", {}],
  ["a domain", { domain: "example.com" }],
  ["a host without dots", { domain: "localhost" }],
  ["tokens of an issuer", { tokens }],
  ["tokens of an issuer on this machine", { tokens: { ...tokens, issuer: "http://127.0.0.1:3000" } }],
  ["several domains and origins", { domains: ["a.example", "b.example"], allowedOrigins: ["http://localhost:8080"] }],
])("SipSignaling accepts %s", (_title, props) => {
  expect(() => validateProps(props)).not.toThrow();
});

test("the functions are told what differs from the defaults, and nothing else", () => {
  expect(settingsOf({ domain: "example.com", maxBindings: 3, allowedOrigins: ["https://example.com"] })).toEqual({
    maxBindings: 3,
  });
  const everything: Omit<Settings, "domains"> = {
    ...defaultSettings,
    routing: "redirect",
    routingByDomain: { "a.example": "proxy" },
    followsRedirects: true,
    peers: { "pstn.example": "sip:gateway@a.example" },
  };
  expect(settingsOf(everything)).toEqual(everything);
});
