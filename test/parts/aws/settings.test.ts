import { describe, expect, test } from "@jest/globals";
import { parseTokenSettings } from "../../../lib/aws/authorizer/parse-token-settings.ts";
import { defaultTokenSettings } from "../../../lib/aws/authorizer/token-settings.ts";
import { variables } from "../../../lib/aws/environment.ts";
import { readSettings, readTurnSettings } from "../../../lib/aws/settings.ts";
import { loginDeadline } from "../../../lib/aws/sqs/login-deadline.ts";
import { MalformedSettingError } from "../../../lib/errors.ts";
import { defaultSettings, type Settings } from "../../../lib/sip/policy/settings.ts";

const domains = { [variables.domains]: "Example.com,example.org" };
const settingsIn = (json: string): Settings => readSettings({ ...domains, [variables.settings]: json });

/** Every setting, with another value than its default. */
const all: Required<Omit<Settings, "domains">> = {
  hosts: ["sip.example.com"],
  usersAreElsewhere: true,
  registration: { min: 61, default: 300, max: 400 },
  maxBindings: 3,
  whenFull: "replace-oldest",
  digestAlgorithms: ["SHA-512-256", "MD5"],
  bearer: { authzServer: "https://login.example.com", scope: "sip", offered: "last" },
  lockout: {
    pair: { failures: 1, firstSeconds: 2, longestSeconds: 3 },
    source: { failures: 4, firstSeconds: 5, longestSeconds: 6 },
    aor: { failures: 7, firstSeconds: 8, longestSeconds: 9 },
    forgetSeconds: 10,
  },
  ringSeconds: 200,
  routing: "redirect",
  routingByDomain: { "example.org": "proxy" },
  followsRedirects: true,
  laterAnswers: "end",
  ringOnReturn: "at once",
  push: { hosts: ["push.example"], keepSeconds: 60, page: "https://example.com/phone", refreshBefore: [240, 130] },
  calls: "tracked",
  lostCallSeconds: 120,
  longestCallSeconds: 3600,
  messages: { keepSeconds: 3600, perReceiver: 7, perSender: 3, longest: 900 },
  httpHosts: ["media.example.com"],
  peers: { "pstn.example": "sip:gateway@example.com" },
  rates: {
    flowRequests: { perSecond: 1, burst: 2 },
    flowOthers: { perSecond: 3, burst: 4 },
    aorRequests: { perSecond: 5, burst: 6 },
    sourceRequests: { perSecond: 7, burst: 8 },
    refusals: { perSecond: 0.5, burst: 9 },
    unreadable: { perSecond: 10, burst: 11 },
    keys: 12,
  },
  loginSeconds: 45,
};

describe("settings of the deployment", () => {
  test("are the defaults where none is written", () => {
    expect(readSettings(domains)).toEqual({ ...defaultSettings, domains: ["example.com", "example.org"] });
  });

  test("are read as the construct writes them, each of them", () => {
    expect(settingsIn(JSON.stringify(all))).toEqual({ ...all, domains: ["example.com", "example.org"] });
  });

  test.each([
    ["no JSON", "{secret", "SIP_SETTINGS is not a JSON object"],
    ["no object", '["secret"]', "SIP_SETTINGS is not a JSON object"],
    ["a number in quotes", '{"ringSeconds":"secret"}', "SIP_SETTINGS: ringSeconds is not a number"],
    ["another word", '{"whenFull":"secret"}', "SIP_SETTINGS: whenFull is not refuse or replace-oldest"],
    [
      "an incomplete policy",
      '{"registration":{"min":60,"max":600}}',
      "SIP_SETTINGS: registration.default is not a number",
    ],
    ["a rate that is a text", '{"rates":{"flowRequests":"secret"}}', "SIP_SETTINGS: rates.flowRequests is not a map"],
    ["an unknown algorithm", '{"digestAlgorithms":["secret"]}', "SIP_SETTINGS: digestAlgorithms is not a list of MD5"],
    [
      "a domain with another routing",
      '{"routingByDomain":{"a.example":"secret"}}',
      "routingByDomain.a.example is not proxy",
    ],
  ])("with %s are an error that names the field and not the value", (_what, json, message) => {
    expect(() => settingsIn(json)).toThrow(MalformedSettingError);
    expect(() => settingsIn(json)).toThrow(message);
    expect(() => settingsIn(json)).not.toThrow("secret");
  });
});

test("settings of tokens are read as the construct writes them, and checked", () => {
  const tokens = { ...defaultTokenSettings, issuer: "https://login.example.com", audience: ["phone"] };
  expect(parseTokenSettings(JSON.stringify(tokens))).toEqual(tokens);
  for (const name of Object.keys(tokens)) {
    expect(() => parseTokenSettings(JSON.stringify({ ...tokens, [name]: null }))).toThrow(`TOKENS: ${name} is not `);
  }
});

test("settings of TURN servers are read as the construct writes them, and checked", () => {
  const turn = { urls: ["turn:turn.example.com"], ttlSeconds: 60 };
  expect(readTurnSettings({ [variables.turn]: JSON.stringify(turn) })).toEqual(turn);
  expect(readTurnSettings({})).toBeUndefined();
  expect(() => readTurnSettings({ [variables.turn]: "{}" })).toThrow("TURN: urls is not a list of strings");
});

test.each(["", "soon", "-1"])("a login time of %j is an error when the function starts", (seconds) => {
  const environment = { [variables.loginSeconds]: seconds, [variables.timerQueueUrl]: "http://127.0.0.1:1/q" };
  expect(() => loginDeadline(environment)).toThrow(MalformedSettingError);
});
