// The deployment's settings: JSON that the construct writes into variables, checked field by field.
import { MalformedSettingError } from "../errors.ts";
import type { BearerChallenge } from "../sip/policy/bearer.ts";
import type { ExpiryPolicy } from "../sip/policy/expiry.ts";
import type { LockoutPolicy, LockoutRule } from "../sip/policy/lockout.ts";
import type { MessagePolicy } from "../sip/policy/messages.ts";
import type { PushPolicy } from "../sip/policy/push.ts";
import type { Rate, RatePolicy } from "../sip/policy/rates.ts";
import { defaultSettings, type Settings } from "../sip/policy/settings.ts";
import type { TurnSettings } from "../sip/policy/turn-servers.ts";
import { algorithmNames } from "../sip/state/digest-algorithm.ts";
import { routings } from "../sip/state/routing-policy.ts";
import {
  type Fields,
  fieldsOfJson,
  optional,
  readBoolean,
  readMap,
  readNumber,
  readNumbers,
  readPresent,
  readRecord,
  readString,
  readStrings,
  readWords,
  wordOf,
} from "./decode.ts";
import { readDomains, variables } from "./environment.ts";

export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const url = environment[variables.callbackUrl];
  const chosen = parseSettings(environment[variables.settings] ?? "{}");
  return {
    ...defaultSettings,
    ...chosen,
    // beside a host name of the owner's, the API's own stays in use
    hosts: [...(url ? [new URL(url).hostname] : []), ...(chosen.hosts ?? [])],
    domains: readDomains(environment),
  };
}

export function readTurnSettings(environment: NodeJS.ProcessEnv): TurnSettings | undefined {
  const json = environment[variables.turn];
  if (json === undefined) return undefined;
  const turn = fieldsOfSetting(variables.turn, json);
  return { urls: readStrings(turn, "urls"), ttlSeconds: readNumber(turn, "ttlSeconds") };
}

/** ARNs of the secrets with tokens of HTTP callees. */
export function readHttpSecrets(environment: NodeJS.ProcessEnv): readonly string[] {
  const json = environment[variables.httpSecrets];
  return json === undefined ? [] : readStrings(fieldsOfSetting(variables.httpSecrets, `{"arns":${json}}`), "arns");
}

/** The fields of a variable with JSON. */
export function fieldsOfSetting(variable: string, json: string): Fields {
  return fieldsOfJson(variable, json, (text) => new MalformedSettingError(text));
}

/** Differences from the default. */
function parseSettings(json: string): Partial<Settings> {
  return readPresent<Omit<Settings, "domains">>(fieldsOfSetting(variables.settings, json), {
    hosts: readStrings,
    registration: readExpiry,
    maxBindings: readNumber,
    whenFull: wordOf(["refuse", "replace-oldest"]),
    digestAlgorithms: (fields, name) => readWords(fields, name, algorithmNames),
    bearer: readBearer,
    usersAreElsewhere: readBoolean,
    lockout: readLockout,
    ringSeconds: readNumber,
    routing: wordOf(routings),
    routingByDomain: (fields, name) => readRecord(fields, name, wordOf(routings)),
    followsRedirects: readBoolean,
    laterAnswers: wordOf(["forward", "end"]),
    ringOnReturn: wordOf(["with the next look", "at once"] as const),
    calls: wordOf(["tracked", "stateless"]),
    lostCallSeconds: readNumber,
    longestCallSeconds: readNumber,
    messages: readMessages,
    httpHosts: readStrings,
    peers: (fields, name) => readRecord(fields, name, readString),
    rates: readRates,
    loginSeconds: readNumber,
    push: readPush,
  });
}

function readPush(fields: Fields, name: string): PushPolicy {
  const push = readMap(fields, name);
  return {
    hosts: readStrings(push, "hosts"),
    keepSeconds: readNumber(push, "keepSeconds"),
    page: readString(push, "page"),
    ...optional(push, "refreshBefore", readNumbers),
  };
}

function readExpiry(fields: Fields, name: string): ExpiryPolicy {
  const policy = readMap(fields, name);
  return { min: readNumber(policy, "min"), default: readNumber(policy, "default"), max: readNumber(policy, "max") };
}

function readBearer(fields: Fields, name: string): BearerChallenge {
  const bearer = readMap(fields, name);
  return {
    authzServer: readString(bearer, "authzServer"),
    ...optional(bearer, "scope", readString),
    offered: wordOf(["first", "last"])(bearer, "offered"),
  };
}

function readLockout(fields: Fields, name: string): LockoutPolicy {
  const policy = readMap(fields, name);
  return {
    pair: readLockoutRule(policy, "pair"),
    source: readLockoutRule(policy, "source"),
    aor: readLockoutRule(policy, "aor"),
    forgetSeconds: readNumber(policy, "forgetSeconds"),
  };
}

function readLockoutRule(fields: Fields, name: string): LockoutRule {
  const rule = readMap(fields, name);
  return {
    failures: readNumber(rule, "failures"),
    firstSeconds: readNumber(rule, "firstSeconds"),
    longestSeconds: readNumber(rule, "longestSeconds"),
  };
}

function readMessages(fields: Fields, name: string): MessagePolicy {
  const policy = readMap(fields, name);
  return {
    keepSeconds: readNumber(policy, "keepSeconds"),
    perReceiver: readNumber(policy, "perReceiver"),
    perSender: readNumber(policy, "perSender"),
    longest: readNumber(policy, "longest"),
  };
}

function readRates(fields: Fields, name: string): RatePolicy {
  const rates = readMap(fields, name);
  return {
    flowRequests: readRate(rates, "flowRequests"),
    flowOthers: readRate(rates, "flowOthers"),
    aorRequests: readRate(rates, "aorRequests"),
    sourceRequests: readRate(rates, "sourceRequests"),
    refusals: readRate(rates, "refusals"),
    unreadable: readRate(rates, "unreadable"),
    keys: readNumber(rates, "keys"),
  };
}

function readRate(fields: Fields, name: string): Rate {
  const rate = readMap(fields, name);
  return { perSecond: readNumber(rate, "perSecond"), burst: readNumber(rate, "burst") };
}
