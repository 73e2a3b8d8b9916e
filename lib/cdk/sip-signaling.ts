import type { Alarm, Dashboard, Metric, MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import { IpAddressType } from "aws-cdk-lib/aws-apigatewayv2";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { QueryDefinition } from "aws-cdk-lib/aws-logs";
import { Annotations, Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { notify } from "./alarm-topics.ts";
import { CallRecords } from "./call-records.ts";
import { CustomDomainName } from "./custom-domain.ts";
import { FailureAlarms } from "./failure-alarms.ts";
import { SignalingDashboard } from "./dashboard.ts";
import { timeoutsFor } from "./function-defaults.ts";
import { Functions, letLogsUse } from "./functions.ts";
import { HealthAlarms } from "./health-alarms.ts";
import { serveHttpCallees } from "./http-callees.ts";
import { ImportedSipSignaling, type SipSignalingAttributes } from "./imported-sip-signaling.ts";
import { lambdaFolder } from "./lambda-folder.ts";
import { PhoneSite } from "./phone-site.ts";
import { settingsOf, validateProps } from "./props.ts";
import type { SipSignalingProps } from "./props/signaling.ts";
import { SavedQueries } from "./saved-queries.ts";
import { SigningSecret } from "./signing-secret.ts";
import { type ISipSignaling, SipSignalingBase } from "./sip-signaling-base.ts";
import { Tables } from "./tables.ts";
import { routeThrottles } from "./throttle.ts";
import { TimerQueue } from "./timer-queue.ts";
import { tokensAt } from "./token-use.ts";
import { tokenSettingsOf } from "./tokens.ts";
import { PushKeys } from "./push.ts";
import { serveTurn } from "./turn.ts";
import { domainsOf } from "./validation/domains.ts";
import { SipWebSocketApi } from "./web-socket-api.ts";
import { letWidgetRead } from "./widget.ts";

/**
 * A SIP registrar and proxy for WebSocket phones (RFC 3261, RFC 7118) without a server. Throws one error that lists every
 * prop with a wrong value.
 *
 * @example
 * new SipSignaling(this, "Sip", { domain: "example.com", allowedOrigins: ["https://phone.example.com"] });
 */
export class SipSignaling extends SipSignalingBase {
  /** A deployment of another stack or app, by the outputs of its stack. */
  static fromAttributes(scope: Construct, id: string, attributes: SipSignalingAttributes): ISipSignaling {
    return new ImportedSipSignaling(scope, id, attributes);
  }

  readonly url: string;
  readonly domains: readonly string[];
  readonly subscribersTableName: string;
  readonly signingSecretArn: string;
  readonly tables: Tables;
  readonly timers: TimerQueue;
  /** Signs flow tokens, nonces and tickets. */
  readonly signingSecret: Secret;
  /**
   * An error in a log, a function that ended early, a timer that failed every attempt, refused invocations, slow messages,
   * guessed passwords: `docs/runbook.md` has each.
   */
  readonly alarms: readonly Alarm[];
  /** Questions to the logs, saved for CloudWatch Logs Insights. */
  readonly savedQueries: readonly QueryDefinition[];
  /** The dashboard, if there is one. */
  readonly dashboard: Dashboard | undefined;
  /** Call records, if there are any. */
  readonly records: CallRecords | undefined;
  /** Name that your own DNS points `customDomain.name` at (CNAME). */
  readonly customDomainTarget: string | undefined;
  /** The phone page, if there is one. */
  readonly phone: PhoneSite | undefined;
  /** Keys and contact for push services, where phones are woken. */
  readonly pushKeys: PushKeys | undefined;
  protected readonly subscribers: TableV2;
  protected readonly registrations: TableV2;
  protected readonly key: IKey | undefined;
  private readonly api: SipWebSocketApi;
  private readonly failures: FailureAlarms;
  private readonly health: HealthAlarms;

  constructor(scope: Construct, id: string, props: SipSignalingProps = {}) {
    super(scope, id);
    validateProps(props, Stack.of(this).region);
    if (props.allowedOrigins === undefined && props.phone === undefined) {
      Annotations.of(this).addWarningV2("sip-serverless:no-page", NO_PAGE_YET);
    }
    const { encryptionKey, customDomain, ipAddressType = IpAddressType.DUAL_STACK } = props;
    this.key = encryptionKey;
    if (encryptionKey !== undefined) letLogsUse(encryptionKey, Stack.of(this));

    this.api = new SipWebSocketApi(this, "Api", { throttles: routeThrottles(props.throttle), ipAddressType });
    const { api, stage } = this.api;
    const named =
      customDomain && new CustomDomainName(this, "CustomDomain", { ...customDomain, api, stage, ipAddressType });
    this.customDomainTarget = named?.target;
    this.url = named?.url ?? stage.url;
    const domains = domainsOf(props);
    this.domains = domains.length > 0 ? domains : [customDomain?.name ?? this.api.host];

    const [tokens, place] = [tokenSettingsOf(props.tokens), tokensAt(props.tokens)];
    this.phone =
      props.phone &&
      new PhoneSite(this, "Phone", {
        phone: props.phone,
        url: this.url,
        host: customDomain?.name ?? this.api.host,
        domain: this.domains[0] ?? "",
        tokens,
        tokensAt: place,
      });

    this.tables = new Tables(this, "Tables", props);
    this.subscribers = this.tables.byName.subscribers;
    this.registrations = this.tables.byName.registrations;
    this.subscribersTableName = this.subscribers.tableName;
    const times = timeoutsFor(props);
    this.timers = new TimerQueue(this, "Timers", times.timers, encryptionKey);
    const signing = new SigningSecret(this, "Signing", encryptionKey);
    this.signingSecret = signing.secret;
    this.signingSecretArn = signing.secret.secretArn;
    const functions = new Functions(this, "Functions", {
      ...props,
      times,
      code: lambdaFolder(),
      sendsPushes: props.push !== undefined,
      domains: this.domains,
      settings: settingsOf(props),
      allowedOrigins: [...(props.allowedOrigins ?? []), ...(this.phone ? [this.phone.origin] : [])],
      tokens,
      tokensAt: place,
    });

    for (const part of [this.tables, this.timers, signing, this.api]) {
      for (const fn of functions.all) part.serve(fn); // permission and environment together
    }
    const { authorize, connect, disconnect, default: message } = functions;
    this.api.route(
      { $connect: connect.target, $disconnect: disconnect.target, $default: message.target },
      authorize?.target,
    );
    if (authorize === undefined) this.timers.serve(connect);
    this.timers.wake(functions.timers);
    signing.rotateBy(functions.rotate, props.rotationDays ?? 30);
    if (props.turn) serveTurn(message.fn, props.turn);
    this.pushKeys = props.push && new PushKeys(this, "Push", props.push, encryptionKey);
    for (const fn of [message, functions.timers]) this.pushKeys?.serve(fn);
    for (const { fn } of [message, functions.timers]) if (props.httpCallees) serveHttpCallees(fn, props.httpCallees);
    this.records =
      functions.record && new CallRecords(this, "Records", { ...props, fn: functions.record, of: functions.observed });
    if (functions.widget) letWidgetRead(functions.widget, functions.observed, this.registrations);
    this.failures = new FailureAlarms(this, "Alarms", { logGroups: functions.logGroups, api: this.api });
    this.health = new HealthAlarms(this, "Health", {
      message: message.fn,
      messageLog: message.fn.logGroup,
    });
    const { throttled, slow, guessing } = this.health;
    this.alarms = [this.failures.failures, this.failures.broken, this.timers.alarm, throttled, slow, guessing];
    notify(this, this.alarms, props);
    this.savedQueries = new SavedQueries(this, "Queries", functions.logGroups).queries;
    this.dashboard =
      props.dashboard === true || props.dashboard === "live"
        ? new SignalingDashboard(this, "Dashboard", {
            api: this.api,
            logGroups: functions.logGroups,
            functions: { messages: message.fn, connections: connect.fn, timers: functions.timers.fn },
            timers: this.timers.queue,
            deadLetters: this.timers.deadLetters,
            throttles: this.health.throttles,
            failures: this.failures.metric,
            lockedLogins: this.health.lockedLogins,
            records: this.records,
            live: functions.widget,
          }).dashboard
        : undefined;
  }

  /** A metric of API Gateway for the WebSocket API, such as `ConnectCount`, `MessageCount` or `IntegrationLatency`. */
  metric(metricName: string, props?: MetricOptions): Metric {
    return this.api.stage.metric(metricName, props);
  }

  /** Connections that were opened; by default the sum over five minutes. */
  metricConnections(props?: MetricOptions): Metric {
    return this.metric("ConnectCount", { statistic: "Sum", ...props });
  }

  /** SIP messages in both directions; by default the sum over five minutes. */
  metricMessages(props?: MetricOptions): Metric {
    return this.metric("MessageCount", { statistic: "Sum", ...props });
  }

  /** Functions that timed out or crashed; by default the sum over five minutes. */
  metricBroken(props?: MetricOptions): Metric {
    return this.metric("IntegrationError", { statistic: "Sum", ...props });
  }

  /** Errors in the logs of the functions; by default the sum over five minutes. */
  metricFailures(props?: MetricOptions): Metric {
    return this.failures.metric.with(props ?? {});
  }

  /** Logins that were refused because too many had failed before; by default the sum over five minutes. */
  metricLockedLogins(props?: MetricOptions): Metric {
    return this.health.lockedLogins.with(props ?? {});
  }
}

const NO_PAGE_YET =
  'No web page may connect: browsers get 403. Name the pages with allowedOrigins: ["https://phone.example.com"] or ' +
  '-c origins=https://phone.example.com; write [] if all your clients are apps or devices, "*" to allow every page.';
