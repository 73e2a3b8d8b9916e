// What a deployment may decide, and what is wrong with a decision, said before anything is deployed.
import { Token } from "aws-cdk-lib/core";
import type { IUserPool, IUserPoolClient } from "aws-cdk-lib/aws-cognito";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { isTrustworthyUrl } from "../aws/door/issuer-url.ts";
import { originProblems } from "../aws/door/origins.ts";
import {
  defaultTokenSettings,
  type TokenAlgorithm,
  tokenAlgorithms,
  type TokenSettings,
} from "../aws/door/token-settings.ts";
import { digestAlgorithms } from "../sip/auth/algorithm.ts";
import { defaultSettings, type Settings } from "../sip/settings.ts";
import { lockoutProblems } from "./lockout-problems.ts";
import { type Throttle, throttleProblems } from "./throttle.ts";
import { bearerChallenge, type TokenUse, tokenUseProblems } from "./token-use.ts";
import { defaultTtlSeconds, isStunUri, isTurnUri } from "../sip/turn/turn-servers.ts";

/** Everything has a default; numbers and their reasons are in `lib/sip/settings.ts`. */
export interface SipSignalingProps extends Partial<Omit<Settings, "bearer">> {
  /** The one domain of the deployment; short for `domains: [domain]`. Default: the host name of the API. */
  readonly domain?: string;
  /**
   * Origins of the web pages that may connect, such as `https://phone.example.com`; `http://localhost:*` leaves the port
   * open, `*` alone lets any page in. Default: no page may; `[]` says that this is meant. Clients that are no browser send
   * no Origin and are not asked.
   */
  readonly allowedOrigins?: readonly string[];
  /** Tokens that say who somebody is, at the door or in SIP. Default: none, and SIP asks for a password. */
  readonly tokens?: IssuerTokens | UserPoolTokens;
  /** Days after which the secret that signs gets a new key. Default: 30. */
  readonly rotationDays?: number;
  /** What API Gateway lets through, all connections together. Default: `defaultThrottle` of `throttle.ts`. */
  readonly throttle?: Throttle;
  /** TURN servers whose credentials are handed out to who is signed in. Default: none. */
  readonly turn?: TurnProps;
}

/** coturn with `use-auth-secret`, or another server that knows the TURN REST API. */
export interface TurnProps {
  /** `turn:` and `turns:` URIs, and `stun:` beside them, such as `turn:turn.example.com:3478?transport=udp`. */
  readonly urls: readonly string[];
  /** Your secret, plain text: the value of `static-auth-secret`. A changed one is taken within five minutes. */
  readonly secret: SharedSecret;
  /** How long a credential is good for new relays. Default: 7200, as long as a connection. */
  readonly ttlSeconds?: number;
}

/** An `ISecret`, as far as it is needed. (A `Secret` is none under the compiler's `exactOptionalPropertyTypes`.) */
export interface SharedSecret {
  readonly secretArn: string;
  /** Absent where only the name is known. */
  readonly secretFullArn?: string | undefined;
  /** Absent where Secrets Manager's own key encrypts it. */
  readonly encryptionKey?: IKey | undefined;
}

/** Tokens of an OpenID Connect issuer: Auth0, Keycloak, Entra ID … The defaults are those of `defaultTokenSettings`. */
export interface IssuerTokens extends TokenUse, Partial<Omit<TokenSettings, "issuer" | "audience">> {
  /** Issuer identifier, exactly as in the tokens' `iss`, such as `https://login.example.com/realms/phones`. */
  readonly issuer: string;
  /** What the tokens must be made for (`aud`); any one of several. */
  readonly audience: string | readonly string[];
}

/** ID tokens of a Cognito user pool: `tokens: { userPool, client }`. */
export interface UserPoolTokens extends TokenUse {
  readonly userPool: IUserPool;
  /** The app client the tokens must be made for. */
  readonly client: IUserPoolClient;
  /** Default: `cognito:username`. */
  readonly claim?: string;
  readonly clockToleranceSeconds?: number;
}

/** Throws one error that lists everything that is wrong and what to do about it. */
export function validateProps(props: SipSignalingProps): void {
  const problems = [
    ...domainProblems(props),
    ...registrationProblems({ ...defaultSettings, ...props }),
    ...ringingProblems({ ...defaultSettings, ...props }),
    ...digestProblems({ ...defaultSettings, ...props }),
    ...routingProblems({ ...defaultSettings, ...props }),
    ...rateProblems({ ...defaultSettings, ...props }),
    ...throttleProblems(props.throttle),
    ...rotationProblems(props.rotationDays),
    ...tokenProblems(tokenSettingsOf(props)),
    ...tokenUseProblems(props.tokens),
    ...lockoutProblems({ ...defaultSettings, ...props }),
    ...originProblems(originsOf(props)).map((problem) => `allowedOrigins ${problem}`),
    ...turnProblems(props.turn),
  ];
  if (problems.length > 0) throw new Error(["SipSignaling cannot be built:", ...problems].join("\n - "));
}

/** The domains that were asked for; none means the API's own host name. */
export function domainsOf({ domain, domains }: SipSignalingProps): readonly string[] {
  return domains ?? (domain === undefined ? [] : [domain]);
}

/** The tokens that are taken, wherever; undefined if there are none. */
export function tokenSettingsOf({ tokens }: SipSignalingProps): TokenSettings | undefined {
  if (tokens === undefined) return undefined;
  const { claim, clockToleranceSeconds } = tokens;
  const chosen = {
    ...(claim !== undefined && { claim }),
    ...(clockToleranceSeconds !== undefined && { clockToleranceSeconds }),
  };
  if ("issuer" in tokens) {
    const algorithms: readonly TokenAlgorithm[] = tokens.algorithms ?? defaultTokenSettings.algorithms;
    return {
      ...defaultTokenSettings,
      ...chosen,
      issuer: tokens.issuer,
      audience: [tokens.audience].flat(),
      algorithms,
    };
  }
  return {
    ...defaultTokenSettings,
    claim: "cognito:username",
    algorithms: ["RS256"], // the one algorithm of a user pool
    ...chosen,
    issuer: `https://${tokens.userPool.userPoolProviderName}`,
    audience: [tokens.client.userPoolClientId],
  };
}

/** What differs from the default, for the Lambdas. */
export function settingsOf(props: SipSignalingProps): Partial<Settings> {
  const { registration, maxBindings, digestAlgorithms, ringSeconds, routing, routingByDomain } = props;
  const { followsRedirects, peers, rates, loginSeconds, lockout } = props;
  const tokens = tokenSettingsOf(props);
  const bearer = tokens && bearerChallenge(props.tokens, tokens.issuer);
  return {
    ...(registration && { registration }),
    ...(maxBindings && { maxBindings }),
    ...(digestAlgorithms && { digestAlgorithms }),
    ...(bearer && { bearer }),
    ...(lockout && { lockout }),
    ...(ringSeconds && { ringSeconds }),
    ...(routing && { routing }),
    ...(routingByDomain && { routingByDomain }),
    ...(followsRedirects && { followsRedirects }),
    ...(peers && { peers }),
    ...(rates && { rates }),
    ...(loginSeconds !== undefined && { loginSeconds }),
  };
}

/** API Gateway cuts a connection that is silent for ten minutes; the REGISTER refresh must come before. */
const LONGEST_REGISTRATION_SECONDS = 540;
/** SQS delays a message no longer. */
const LONGEST_TIMER_SECONDS = 900;

function domainProblems(props: SipSignalingProps): string[] {
  const problems = domainsOf(props)
    .filter((domain) => !Token.isUnresolved(domain) && !HOST_NAME.test(domain))
    .map((domain) => `domain "${domain}" is not a host name: write it in lower case, without scheme, port or user.`);
  if (props.domain !== undefined && props.domains !== undefined) {
    problems.push("domain and domains are both set: keep domains, with the realm first.");
  }
  if (props.domains?.length === 0) {
    problems.push("domains is empty: name at least one, or leave it out to use the host name of the API.");
  }
  return problems;
}

/** RFC 1123 §2.1, and an address instead of a name is no domain to be responsible for. */
const HOST_NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

function registrationProblems({ registration, maxBindings }: Omit<Settings, "domains">): string[] {
  const { min, default: usual, max } = registration;
  const problems: string[] = [];
  if (![min, usual, max].every((seconds) => Number.isInteger(seconds) && seconds > 0)) {
    problems.push("registration wants whole seconds above zero in min, default and max.");
  } else if (min > usual || usual > max) {
    problems.push(`registration wants min <= default <= max, but got ${min}, ${usual}, ${max} seconds.`);
  }
  if (max > LONGEST_REGISTRATION_SECONDS) {
    problems.push(
      `registration.max is ${max} seconds: API Gateway cuts a connection after 600 silent seconds and the refresh must come before. Set it to ${LONGEST_REGISTRATION_SECONDS} or less.`,
    );
  }
  if (!Number.isInteger(maxBindings) || maxBindings < 1 || maxBindings > 100) {
    problems.push(`maxBindings is ${maxBindings}: set it to 1 to 100; every one of them is rung by every call.`);
  }
  return problems;
}

function ringingProblems({ ringSeconds }: Omit<Settings, "domains">): string[] {
  if (Number.isInteger(ringSeconds) && ringSeconds > 180 && ringSeconds <= LONGEST_TIMER_SECONDS) return [];
  return [
    `ringSeconds is ${ringSeconds}: RFC 3261 §16.6 step 11 wants more than 180, and SQS delays no message longer than ${LONGEST_TIMER_SECONDS}. Set it to 181 to ${LONGEST_TIMER_SECONDS}.`,
  ];
}

/** A phone on a bad line needs some seconds for its handshake and two REGISTERs. */
const SHORTEST_LOGIN_SECONDS = 10;

function rateProblems({ rates, loginSeconds }: Omit<Settings, "domains">): string[] {
  const { keys, ...buckets } = rates;
  const problems = Object.entries(buckets)
    .filter(([, { perSecond, burst }]) => !(perSecond > 0 && burst >= 1))
    .map(
      ([name, { perSecond, burst }]) =>
        `rates.${name} is ${perSecond} per second with a burst of ${burst}: nobody would get through. Set perSecond above 0 and burst to 1 or more.`,
    );
  if (!Number.isInteger(keys) || keys < 100 || keys > 100_000) {
    problems.push(`rates.keys is ${keys}: set it to 100 to 100000; each is remembered in a function's memory.`);
  }
  if (
    !Number.isInteger(loginSeconds) ||
    loginSeconds < SHORTEST_LOGIN_SECONDS ||
    loginSeconds > LONGEST_TIMER_SECONDS
  ) {
    problems.push(
      `loginSeconds is ${loginSeconds}: phones need some, and SQS delays no message longer than ${LONGEST_TIMER_SECONDS}. Set it to ${SHORTEST_LOGIN_SECONDS} to ${LONGEST_TIMER_SECONDS}.`,
    );
  }
  return problems;
}

function digestProblems({ digestAlgorithms: chosen }: Omit<Settings, "domains">): string[] {
  const known = Object.keys(digestAlgorithms);
  const problems = chosen
    .filter((algorithm) => !known.includes(algorithm))
    .map((algorithm) => `digestAlgorithms names "${algorithm}": choose among ${known.join(", ")}.`);
  if (chosen.length === 0) problems.push("digestAlgorithms is empty, so nobody could log in: name at least one.");
  if (new Set(chosen).size < chosen.length) problems.push("digestAlgorithms names one twice: remove the second.");
  return problems;
}

function routingProblems({ routing, routingByDomain, peers }: Omit<Settings, "domains">): string[] {
  const wishes = [["routing", routing] as const, ...Object.entries(routingByDomain)];
  return [
    ...wishes
      .filter(([, wish]) => wish !== "proxy" && wish !== "redirect")
      .map(([where, wish]) => `${where} is "${wish}": it can be "proxy" or "redirect".`),
    ...Object.entries(peers)
      .filter(([domain, aor]) => !HOST_NAME.test(domain) || !AOR.test(aor))
      .map(([domain, aor]) => `peers has ${domain}: "${aor}": write "pstn.example": "sip:gateway@your.domain".`),
  ];
}

const AOR = /^sip:[^@\s]+@[^@\s]+$/;

function tokenProblems(tokens: TokenSettings | undefined): string[] {
  if (tokens === undefined) return [];
  const { issuer, audience, claim, algorithms, clockToleranceSeconds } = tokens;
  const known: readonly string[] = tokenAlgorithms;
  const problems = algorithms
    .filter((algorithm) => !known.includes(algorithm))
    .map((algorithm) => `tokens.algorithms names "${algorithm}": choose among ${known.join(", ")}.`);
  if (!Token.isUnresolved(issuer) && !isTrustworthyUrl(issuer)) {
    problems.push(`tokens.issuer is "${issuer}": write the issuer's https URL as it stands in "iss" of its tokens.`);
  }
  if (audience.length === 0 || audience.includes("")) {
    problems.push("tokens.audience is empty, so tokens made for anybody would do: name your client or your API.");
  }
  if (claim === "") problems.push("tokens.claim is empty: name the claim that holds the user, or leave it out.");
  if (algorithms.length === 0) problems.push("tokens.algorithms is empty, so no token would do: leave it out.");
  if (!Number.isInteger(clockToleranceSeconds) || clockToleranceSeconds < 0 || clockToleranceSeconds > 300) {
    problems.push(`tokens.clockToleranceSeconds is ${clockToleranceSeconds}: set it to 0 to 300.`);
  }
  return problems;
}

function turnProblems(turn: TurnProps | undefined): string[] {
  if (turn === undefined) return [];
  const { urls, ttlSeconds = defaultTtlSeconds } = turn;
  const readable = urls.filter((url) => !Token.isUnresolved(url));
  const problems = readable
    .filter((url) => !isTurnUri(url) && !isStunUri(url))
    .map((url) => `turn.urls has "${url}": write turn:host:port, turns:host:port or stun:host:port.`);
  if (readable.length === urls.length && !urls.some(isTurnUri)) {
    problems.push("turn.urls names no TURN server, so there is nothing to log in to: add one, or leave turn out.");
  }
  if (!Token.isUnresolved(ttlSeconds) && !(Number.isInteger(ttlSeconds) && ttlSeconds >= 60 && ttlSeconds <= 86_400)) {
    problems.push(`turn.ttlSeconds is ${ttlSeconds}: set it to 60 to 86400.`);
  }
  return problems;
}

function rotationProblems(days: number | undefined): string[] {
  if (days === undefined || (Number.isInteger(days) && days >= 1 && days <= 1000)) return [];
  return [`rotationDays is ${days}: set it to 1 to 1000, as Secrets Manager does it.`];
}

/** Those that are written here; a value that CloudFormation fills in cannot be judged now. */
function originsOf({ allowedOrigins = [] }: SipSignalingProps): readonly string[] {
  return allowedOrigins.filter((origin) => !Token.isUnresolved(origin));
}
