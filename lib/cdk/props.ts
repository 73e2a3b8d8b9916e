// What a deployment may decide, and what is wrong with a decision, said before anything is deployed.
import { Token } from "aws-cdk-lib/core";
import { originProblems } from "../aws/authorizer/origins.ts";
import { defaultSettings, type Settings } from "../sip/policy/settings.ts";
import { digestProblems } from "./validation/digest.ts";
import { domainProblems } from "./validation/domains.ts";
import { lockoutProblems } from "./validation/lockout.ts";
import { rateProblems } from "./validation/rates.ts";
import { registrationProblems } from "./validation/registration.ts";
import { routingProblems } from "./validation/routing.ts";
import { timerProblems } from "./validation/timers.ts";
import { type Throttle, throttleProblems } from "./throttle.ts";
import { bearerChallenge, tokenUseProblems } from "./token-use.ts";
import { type IssuerTokens, tokenProblems, tokenSettingsOf, type UserPoolTokens } from "./tokens.ts";
import { type TurnProps, turnProblems } from "./turn.ts";

/** Everything has a default; numbers and their reasons are in `lib/sip/policy/settings.ts`. */
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

/** Throws one error that lists everything that is wrong and what to do about it. */
export function validateProps(props: SipSignalingProps): void {
  const settings = { ...defaultSettings, ...props };
  const problems = [
    ...domainProblems(props),
    ...registrationProblems(settings),
    ...timerProblems(settings),
    ...digestProblems(settings),
    ...lockoutProblems(settings),
    ...routingProblems(settings),
    ...rateProblems(settings),
    ...throttleProblems(props.throttle),
    ...rotationProblems(props.rotationDays),
    ...tokenProblems(tokenSettingsOf(props.tokens)),
    ...tokenUseProblems(props.tokens),
    ...originProblems(originsOf(props)).map((problem) => `allowedOrigins ${problem}`),
    ...turnProblems(props.turn),
  ];
  if (problems.length > 0) throw new Error(["SipSignaling cannot be built:", ...problems].join("\n - "));
}

/** What differs from the default, for the Lambdas. */
export function settingsOf(props: SipSignalingProps): Partial<Settings> {
  const { registration, maxBindings, digestAlgorithms, ringSeconds, routing, routingByDomain } = props;
  const { followsRedirects, peers, rates, loginSeconds, lockout } = props;
  const tokens = tokenSettingsOf(props.tokens);
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

function rotationProblems(days: number | undefined): string[] {
  if (days === undefined || (Number.isInteger(days) && days >= 1 && days <= 1000)) return [];
  return [`rotationDays is ${days}: set it to 1 to 1000, as Secrets Manager does it.`];
}

/** Those that are written here; a value that CloudFormation fills in cannot be judged now. */
function originsOf({ allowedOrigins = [] }: SipSignalingProps): readonly string[] {
  return allowedOrigins.filter((origin) => !Token.isUnresolved(origin));
}
