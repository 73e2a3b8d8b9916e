import { describe, expect, test } from "@jest/globals";
import { Token } from "aws-cdk-lib/core";
import { defaultSettings, type Settings } from "../../../lib/sip/policy/settings.ts";
import { defaultMessagePolicy } from "../../../lib/sip/policy/messages.ts";
import { defaultRatePolicy } from "../../../lib/sip/policy/rates.ts";
import { settingsOf, validateProps } from "../../../lib/cdk/props.ts";
import type { SipSignalingProps } from "../../../lib/cdk/props/signaling.ts";

const { lockout } = defaultSettings;
const push = { sub: "mailto:ops@example.com" };
const turn = {
  urls: ["turn:turn.example.com:3478"],
  secret: { secretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:turn" },
};
const tokens = { issuer: "https://login.example.com", audience: "phone" };

describe("SipSignaling refuses", () => {
  test.each<[string, SipSignalingProps, RegExp]>([
    ["an empty domain", { domain: "" }, /domain "" is not a host name: write it/],
    ["a domain with a line end", { domain: "example.com\r\nX: y" }, /is not a host name: write it/],
    ["a domain with a line end behind it", { domain: "example.com\n" }, /is not a host name: write it/],
    ["a domain with a port", { domain: "example.com:5061" }, /without scheme, port or user/],
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
    ["another policy of full addresses", { whenFull: JSON.parse('"newest"') }, /"refuse" or "replace-oldest"/],
    ["no time to log in", { loginSeconds: 3 }, /loginSeconds is 3[^]*Set it to 10 to 900/],
    ["a time to log in that SQS cannot delay", { loginSeconds: 1000 }, /Set it to 10 to 900/],
    [
      "a rate of nothing",
      { rates: { ...defaultRatePolicy, flowRequests: { perSecond: 0, burst: 10 } } },
      /rates.flowRequests is 0 per second[^]*Set perSecond above 0/,
    ],
    [
      "messages that wait for ever",
      { messages: { ...defaultMessagePolicy, keepSeconds: Infinity } },
      /messages.keepSeconds is Infinity: set it to 0 to 7776000/,
    ],
    ["no room for a message", { messages: { ...defaultMessagePolicy, perReceiver: 0 } }, /messages.perReceiver is 0/],
    ["a burst of nothing", { rates: { ...defaultRatePolicy, refusals: { perSecond: 1, burst: 0 } } }, /rates.refusals/],
    ["more than a function can remember", { rates: { ...defaultRatePolicy, keys: 10_000_000 } }, /100 to 100000/],
    ["no digest algorithm", { digestAlgorithms: [] }, /no login could succeed/],
    ["a digest algorithm twice", { digestAlgorithms: ["MD5", "MD5"] }, /remove the second/],
    ["an origin with a path", { allowedOrigins: ["https://example.com/phone"] }, /scheme, host and port only/],
    ["an unknown routing", { routingByDomain: { "a.example": JSON.parse('"b2b"') } }, /a.example is "b2b"/],
    ["a peer without a device", { peers: { "pstn.example": "gateway" } }, /sip:gateway@your.domain/],
    [
      "an issuer without TLS",
      { tokens: { issuer: "http://login.example.com", audience: "phone" } },
      /write the issuer's https URL/,
    ],
    ["an issuer that is no URL", { tokens: { issuer: "login.example.com", audience: "phone" } }, /https URL/],
    ["tokens without an audience", { tokens: { ...tokens, audience: [] } }, /name your client/],
    ["tokens for an empty audience", { tokens: { ...tokens, audience: "" } }, /name your client/],
    ["a claim without a name", { tokens: { ...tokens, claim: "" } }, /or leave it out/],
    [
      "an algorithm whose key is shared",
      { tokens: { ...tokens, algorithms: JSON.parse('["HS256"]') } },
      /"HS256": choose/,
    ],
    ["unsigned tokens", { tokens: { ...tokens, algorithms: JSON.parse('["none"]') } }, /"none": choose/],
    ["no algorithm", { tokens: { ...tokens, algorithms: [] } }, /every token would be refused/],
    ["clocks an hour apart", { tokens: { ...tokens, clockToleranceSeconds: 3600 } }, /0 to 300/],
    [
      "tokens asked for nowhere",
      { tokens: { ...tokens, where: JSON.parse('"everywhere"') } },
      /"everywhere": it can be "connect" or "register"/,
    ],
    [
      "challenges in another order than there are",
      { tokens: { ...tokens, where: "register", offered: JSON.parse('"second"') } },
      /"first" or "last"/,
    ],
    [
      "a scope that would end its quotes",
      { tokens: { ...tokens, where: "register", scope: 'a"b' } },
      /one or several words/,
    ],
    ["a scope with tokens in the handshake", { tokens: { ...tokens, scope: "sip" } }, /they need where: "register"/],
    ["a lock of no time", { lockout: { ...lockout, pair: { ...lockout.pair, firstSeconds: 0 } } }, /pair wants whole/],
    ["a lock at no failure", { lockout: { ...lockout, aor: { ...lockout.aor, failures: 0 } } }, /aor wants whole/],
    [
      "locks that get shorter",
      { lockout: { ...lockout, source: { failures: 9, firstSeconds: 60, longestSeconds: 30 } } },
      /source wants firstSeconds <= longestSeconds/,
    ],
    [
      "a lock that is forgotten before it ends",
      { lockout: { ...lockout, forgetSeconds: 60 } },
      /would expire before the lock/,
    ],
    ["failures that are never forgotten", { lockout: { ...lockout, forgetSeconds: 1e9 } }, /86400 or less/],
    ["a secret that never changes", { rotationDays: 0 }, /1 to 1000/],
    ["any page beside named ones", { allowedOrigins: ["*", "https://example.com"] }, /write it alone/],
    ["push without a contact for its services", { push: { sub: "ops@example.com" } }, /push.sub is "ops@example.com"/],
    ["push with a plain web address", { push: { sub: "http://example.com" } }, /write "mailto:/],
    ["push with an empty mail address", { push: { sub: "mailto:" } }, /write "mailto:/],
    ["a push page without TLS", { push: { ...push, page: "http://example.com" } }, /push.page is/],
    ["push hosts that are URLs", { push: { ...push, hosts: ["https://example.com"] } }, /write a host name/],
    ["push to no host", { push: { ...push, hosts: [] } }, /push.hosts is empty/],
    ["push for a year", { push: { ...push, keepSeconds: 31_536_000 } }, /push.keepSeconds is 31536000/],
    ["a refresh push too late", { push: { ...push, refreshBefore: [240, 10] } }, /push.refreshBefore is \[240,10\]/],
    ["five refresh pushes", { push: { ...push, refreshBefore: [400, 300, 200, 100, 50] } }, /4 at most/],
    ["a refresh push before the registration", { push: { ...push, refreshBefore: [600] } }, /30 to 540 seconds/],
    ["TURN servers that are none", { turn: { ...turn, urls: [] } }, /turn.urls has only STUN servers/],
    ["STUN servers alone", { turn: { ...turn, urls: ["stun:turn.example.com"] } }, /or leave turn out/],
    ["a TURN server without a scheme", { turn: { ...turn, urls: ["turn.example.com:3478"] } }, /write turn:host:port/],
    [
      "a TURN server as a web address",
      { turn: { ...turn, urls: ["turn://turn.example.com"] } },
      /write turn:host:port/,
    ],
    ["a TURN credential for seconds", { turn: { ...turn, ttlSeconds: 59 } }, /set it to 60 to 86400/],
    ["a TURN credential for days", { turn: { ...turn, ttlSeconds: 86_401 } }, /set it to 60 to 86400/],
    ["an unknown prop", JSON.parse('{"domian": "example.com"}'), /domian is not a prop: did you mean domain\?/],
    ["an unknown prop unlike the others", JSON.parse('{"colour": 1}'), /colour is not a prop: it can be domain, /],
    ["a mail address without an at sign", { alarmEmail: "ops" }, /write one address/],
    ["an unknown log level", { logLevel: JSON.parse('"DEBUG"') }, /it can be INFO, WARN, ERROR/],
    ["a dashboard of an unknown kind", { dashboard: JSON.parse('"dead"') }, /it can be true, false or "live"/],
    ["records that are kept for no day", { records: { days: 0 } }, /set it to 1 to 3650/],
    ["metrics of an unknown kind", { records: JSON.parse('{"metrics": "all"}') }, /it can be total, by domain/],
    ["records of a log without calls", { records: {}, logLevel: "WARN" }, /records needs logLevel "INFO", not "WARN"/],
    ["a share of the log in percent", { logShare: 10 }, /logShare is 10: set it to 0 to 1/],
    ["records of a part of the calls", { records: {}, logShare: 0.5 }, /records needs every call in the log/],
    ["memory below the least of Lambda", { functions: { default: { memoryMegabytes: 64 } } }, /128 to 10240/],
    ["no environment kept warm", { functions: { default: { provisionedConcurrency: 0 } } }, /set it to 1 or more/],
    ["an unknown function", { functions: JSON.parse('{"invite": {}}') }, /the functions are authorize, connect/],
    ["a prefix with a space", { tablePrefix: "my phones" }, /write letters, digits/],
    ["a TURN credential for no number", { turn: { ...turn, ttlSeconds: Number.NaN } }, /set it to 60 to 86400/],
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
  ["a domain in capitals", { domain: "Example.COM", peers: { "PSTN.example": "sip:gateway@example.com" } }],
  ["a host without dots", { domain: "localhost" }],
  ["a minute to log in", { loginSeconds: 60 }],
  [
    "more for a gateway",
    {
      rates: {
        ...defaultRatePolicy,
        flowRequests: { perSecond: 50, burst: 500 },
        aorRequests: { perSecond: 50, burst: 500 },
      },
    },
  ],
  ["tokens of an issuer", { tokens }],
  ["tokens of an issuer on this machine", { tokens: { ...tokens, issuer: "http://127.0.0.1:3000" } }],
  ["tokens in SIP", { tokens: { ...tokens, where: "register", scope: "sip calls", offered: "last" } }],
  ["a stricter lockout", { lockout: { ...lockout, pair: { failures: 3, firstSeconds: 60, longestSeconds: 7200 } } }],
  ["records with metrics", { records: { days: 7, metrics: "by domain" } }],
  ["no page at all", { allowedOrigins: [] }],
  ["any page", { allowedOrigins: ["*"] }],
  ["any port of this machine", { allowedOrigins: ["http://localhost:*", "http://[::1]:*"] }],
  ["an origin that is known when it is deployed", { allowedOrigins: [Token.asString({ Ref: "Page" })] }],
  ["push", { push: { ...push, page: "https://example.com/phone", hosts: ["*.notify.windows.com"], keepSeconds: 0 } }],
  ["TURN servers", { turn: { ...turn, urls: [...turn.urls, "turns:[2001:db8::1]?transport=tcp"], ttlSeconds: 60 } }],
  ["a TURN server that is made by the same stack", { turn: { ...turn, urls: [`turn:${Token.asString({})}:3478`] } }],
  ["several domains and origins", { domains: ["a.example", "b.example"], allowedOrigins: ["http://localhost:8080"] }],
])("SipSignaling accepts %s", (_title, props) => {
  expect(() => validateProps(props)).not.toThrow();
});

test("domains in routingByDomain and peers are compared without case", () => {
  const settings = settingsOf({
    routingByDomain: { "B.Example": "redirect" },
    peers: { "PSTN.example": "sip:g@a.example" },
  });
  expect(settings).toEqual({
    routingByDomain: { "b.example": "redirect" },
    peers: { "pstn.example": "sip:g@a.example" },
  });
});

test("the functions get the settings that differ from the defaults, and no others", () => {
  expect(settingsOf({ domain: "example.com", maxBindings: 3, allowedOrigins: ["https://example.com"] })).toEqual({
    maxBindings: 3,
  });
  const { hosts: _hosts, httpHosts: _http, usersAreElsewhere: _elsewhere, ...defaults } = defaultSettings; // follow from other props
  const everything: Omit<Settings, "domains" | "bearer" | "hosts" | "usersAreElsewhere" | "push" | "httpHosts"> = {
    ...defaults,
    routing: "redirect",
    routingByDomain: { "a.example": "proxy" },
    followsRedirects: true,
    laterAnswers: "end",
    ringOnReturn: "at once",
    rates: { ...defaultRatePolicy, keys: 1000 },
    loginSeconds: 60,
    peers: { "pstn.example": "sip:gateway@a.example" },
  };
  expect(settingsOf(everything)).toEqual(everything);
});

test("the functions get the push policy with its defaults, and not the contact for push services", () => {
  expect(settingsOf({ push })).toEqual({
    push: {
      hosts: ["fcm.googleapis.com", "updates.push.services.mozilla.com", "*.notify.windows.com", "web.push.apple.com"],
      keepSeconds: 604_800,
      page: "",
    },
  });
});

test("the times of refresh pushes reach the functions in their order", () => {
  const refreshed = settingsOf({ push: { ...push, refreshBefore: [130, 240] } });
  expect(refreshed.push?.refreshBefore).toEqual([240, 130]);
});

test.each<[string, SipSignalingProps["tokens"], Settings["bearer"]]>([
  ["in the handshake are no challenge of SIP", tokens, undefined],
  ["in the handshake, written explicitly, neither", { ...tokens, where: "connect" }, undefined],
  [
    "in SIP are offered before passwords",
    { ...tokens, where: "register" },
    { authzServer: tokens.issuer, offered: "first" },
  ],
  [
    "in SIP come after them if that is wanted, with a scope",
    { ...tokens, where: "register", offered: "last", scope: "sip" },
    { authzServer: tokens.issuer, offered: "last", scope: "sip" },
  ],
])("tokens %s", (_title, tokens, bearer) => {
  expect(settingsOf({ ...(tokens && { tokens }) }).bearer).toEqual(bearer);
});
