// The checks of the props before anything is deployed, and the settings in them.
import { Token } from "aws-cdk-lib/core";
import { originProblems } from "../aws/api-gateway/origins.ts";
import { InvalidPropsError } from "../errors.ts";
import { defaultSettings, type Settings } from "../sip/policy/settings.ts";
import { alarmProblems } from "./alarm-topics.ts";
import { customDomainProblems } from "./custom-domain.ts";
import { httpCalleeProblems } from "./http-callees.ts";
import type { SipSignalingProps } from "./props/signaling.ts";
import { phoneProblems } from "./phone-site.ts";
import { throttleProblems } from "./throttle.ts";
import { bearerChallenge, tokenUseProblems } from "./token-use.ts";
import { tokenProblems, tokenSettingsOf } from "./tokens.ts";
import { pushPolicyOf, pushProblems } from "./push.ts";
import { turnProblems } from "./turn.ts";
import { callProblems } from "./validation/calls.ts";
import { digestProblems } from "./validation/digest.ts";
import { domainProblems, inLowerCase } from "./validation/domains.ts";
import { lockoutProblems } from "./validation/lockout.ts";
import { keyProblems, operationProblems } from "./validation/operations.ts";
import { messageProblems } from "./validation/messages.ts";
import { rateProblems } from "./validation/rates.ts";
import { registrationProblems } from "./validation/registration.ts";
import { routingProblems } from "./validation/routing.ts";
import { timerProblems } from "./validation/timers.ts";
import { unknownProblems } from "./validation/unknown.ts";

/**
 * Throws one {@link InvalidPropsError} that lists every problem and its remedy.
 *
 * @param region that of the stack, which may be unresolved
 */
export function validateProps(props: SipSignalingProps, region = "us-east-1"): void {
  const settings = { ...defaultSettings, ...withoutUndefined(props) };
  const problems = [
    ...unknownProblems(props),
    ...domainProblems(props),
    ...registrationProblems(settings),
    ...timerProblems(settings),
    ...digestProblems(settings),
    ...lockoutProblems(settings),
    ...routingProblems(settings),
    ...callProblems(settings),
    ...messageProblems(settings),
    ...httpCalleeProblems(props.httpCallees, settings),
    ...rateProblems(settings),
    ...throttleProblems(props.throttle),
    ...tokenProblems(tokenSettingsOf(props.tokens)),
    ...tokenUseProblems(props.tokens),
    ...originProblems(originsOf(props)).map((problem) => `allowedOrigins ${problem}`),
    ...turnProblems(props.turn),
    ...pushProblems(props.push),
    ...phoneProblems(props.phone, tokenSettingsOf(props.tokens)),
    ...customDomainProblems(props.customDomain),
    ...alarmProblems(props),
    ...operationProblems(props),
    ...keyProblems(props, region),
  ];
  if (problems.length > 0) throw new InvalidPropsError(["SipSignaling cannot be built:", ...problems].join("\n - "));
}

/** The settings that differ from the default, for the functions. */
export function settingsOf(props: SipSignalingProps): Partial<Settings> {
  const { registration, maxBindings, whenFull, digestAlgorithms, ringSeconds, routing, routingByDomain } = props;
  const { followsRedirects, laterAnswers, peers, rates, loginSeconds, lockout } = props;
  const { ringOnReturn, calls, lostCallSeconds, longestCallSeconds, messages } = props;
  const tokens = tokenSettingsOf(props.tokens);
  const bearer = tokens && bearerChallenge(props.tokens, tokens.issuer);
  return withoutUndefined({
    hosts: props.customDomain && [props.customDomain.name],
    registration,
    maxBindings,
    whenFull,
    digestAlgorithms,
    bearer,
    usersAreElsewhere: tokens === undefined ? undefined : true,
    lockout,
    ringSeconds,
    routing,
    routingByDomain: routingByDomain && keysInLowerCase(routingByDomain),
    followsRedirects,
    laterAnswers,
    ringOnReturn,
    push: pushPolicyOf(props.push),
    calls,
    lostCallSeconds,
    longestCallSeconds,
    messages,
    httpHosts: props.httpCallees?.hosts,
    peers: peers && keysInLowerCase(peers),
    rates,
    loginSeconds,
  });
}

type Defined<Props> = { [Name in keyof Props]?: Exclude<Props[Name], undefined> };

/** JavaScript writes `{ domain: undefined }` for a prop that is left out. */
function withoutUndefined<Props extends object>(props: Props): Defined<Props> {
  const defined: Defined<Props> = {};
  for (const name in props) {
    const value = props[name];
    if (isDefined(value)) defined[name] = value;
  }
  return defined;
}

function isDefined<Value>(value: Value): value is Exclude<Value, undefined> {
  return value !== undefined;
}

function keysInLowerCase<Value>(byDomain: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(byDomain).map(([domain, value]) => [inLowerCase(domain), value]));
}

/** The origins written here; one that CloudFormation fills in is not known yet. */
function originsOf({ allowedOrigins = [] }: SipSignalingProps): readonly string[] {
  return allowedOrigins.filter((origin) => !Token.isUnresolved(origin));
}
