// The topics that alarms notify.
import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import type { OperationProps } from "./props/operations.ts";

/** Connects the alarms with the topic that was given, and with a topic of their own for the mail address. */
export function notify(
  scope: Construct,
  alarms: readonly Alarm[],
  { alarmTopic, alarmEmail }: Pick<OperationProps, "alarmTopic" | "alarmEmail">,
): void {
  const topics = [alarmTopic, alarmEmail === undefined ? undefined : mailTopic(scope, alarmEmail)];
  const actions = topics.filter((topic) => topic !== undefined).map((topic) => new SnsAction(topic));
  for (const alarm of alarms) if (actions.length > 0) alarm.addAlarmAction(...actions);
}

function mailTopic(scope: Construct, address: string): ITopic {
  const topic = new Topic(scope, "AlarmMail", { enforceSSL: true });
  topic.grantPublish(new ServicePrincipal("cloudwatch.amazonaws.com")); // the policy for TLS replaces the default one
  topic.addSubscription(new EmailSubscription(address));
  return topic;
}

/** One `@` with text around it: enough to catch a forgotten value. Mail decides about the rest. */
const MAIL_ADDRESS = /^[^\s@]+@[^\s@]+$/;

export function alarmProblems({ alarmEmail }: Pick<OperationProps, "alarmEmail">): string[] {
  if (alarmEmail === undefined || MAIL_ADDRESS.test(alarmEmail)) return [];
  return [`alarmEmail is "${alarmEmail}": write one address, such as ops@example.com.`];
}
