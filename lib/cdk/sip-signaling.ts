import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Annotations } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { FailureAlarms } from "./failure-alarms.ts";
import { Functions } from "./functions.ts";
import { lambdaFolder } from "./lambda-folder.ts";
import { domainsOf } from "./validation/domains.ts";
import { settingsOf, validateProps, type SipSignalingProps } from "./props.ts";
import { SigningSecret } from "./signing-secret.ts";
import { Tables } from "./tables.ts";
import { routeThrottles } from "./throttle.ts";
import { asksForTokens } from "./token-use.ts";
import { tokenSettingsOf } from "./tokens.ts";
import { TimerQueue } from "./timer-queue.ts";
import { serveTurn } from "./turn.ts";
import { SipWebSocketApi } from "./web-socket-api.ts";

/** A SIP registrar and proxy for WebSocket phones (RFC 3261, RFC 7118) without a server. Throws if a prop makes no sense. */
export class SipSignaling extends Construct {
  /** What clients connect to, `wss://…`. */
  readonly url: string;
  /** Domains it is responsible for; each is the realm of its own passwords. */
  readonly domains: readonly string[];
  readonly tables: Tables;
  readonly timers: TimerQueue;
  /** What signs flow tokens, nonces and tickets: a backend that makes tickets needs `signingSecret.grantRead(backend)`. */
  readonly signingSecret: Secret;
  /** A function failed, a function broke off, a timer was given up: give them an action to be told. */
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: SipSignalingProps = {}) {
    super(scope, id);
    validateProps(props);
    if (props.allowedOrigins === undefined) Annotations.of(this).addWarningV2("sip-serverless:no-page", NO_PAGE_YET);
    const api = new SipWebSocketApi(this, "Api", { throttles: routeThrottles(props.throttle) });
    const named = domainsOf(props);
    this.domains = named.length > 0 ? named : [api.host];
    this.url = api.stage.url;

    this.tables = new Tables(this, "Tables");
    this.timers = new TimerQueue(this, "Timers");
    const signing = new SigningSecret(this, "Signing");
    this.signingSecret = signing.secret;
    const functions = new Functions(this, "Functions", {
      code: lambdaFolder(),
      domains: this.domains,
      settings: settingsOf(props),
      allowedOrigins: props.allowedOrigins ?? [],
      tokens: tokenSettingsOf(props.tokens),
      asksForTokensIn: asksForTokens(props.tokens),
    });

    for (const part of [this.tables, this.timers, signing, api]) {
      for (const fn of functions.all) part.serve(fn); // permission and environment together
    }
    const { authorize, connect, disconnect, default: message } = functions;
    api.route({ $connect: connect.fn, $disconnect: disconnect.fn, $default: message.fn }, authorize?.fn);
    if (authorize === undefined) this.timers.serve(connect);
    this.timers.wake(functions.timers);
    signing.rotateBy(functions.rotate, props.rotationDays ?? 30);
    if (props.turn) serveTurn(message.fn, props.turn);
    const { failures, broken } = new FailureAlarms(this, "Alarms", { logGroups: functions.logGroups, api });
    this.alarms = [failures, broken, this.timers.alarm];
  }
}

const NO_PAGE_YET =
  'No web page may connect: browsers get 403. Name the pages with allowedOrigins: ["https://phone.example.com"] or ' +
  '-c origins=https://phone.example.com; write [] if all your clients are apps or devices, "*" to let any page in.';
