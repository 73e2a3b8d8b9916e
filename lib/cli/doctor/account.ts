// Checks of the AWS account: the quota that ends calls first, and the alarms.
import type { AlarmFacts } from "../../aws/client/alarms.ts";
import type { Deployment } from "../deployment.ts";
import { advice, fault, type Finding, nameOf, notTried, ok } from "./finding.ts";

/** A new account has 10; each message that is being answered takes one. */
const FEW = 100;

const MORE =
  "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000";

export async function quotas({ account }: Deployment): Promise<readonly Finding[]> {
  const check = "functions can run at the same time";
  if (account === undefined) return [notTried(check, NOT_HERE)];
  try {
    const { all, unreserved } = await account.concurrency();
    const found = `${all} in the account, ${unreserved} of them not reserved`;
    return [unreserved < FEW ? advice(check, found, `Ask for more: ${MORE}`) : ok(check, found)];
  } catch (error) {
    return [notTried(check, nameOf(error), "Sign in with a role that has lambda:GetAccountSettings")];
  }
}

export async function alarms({ account }: Deployment): Promise<readonly Finding[]> {
  const [connected, quiet] = ["alarms notify an address or a topic", "no alarm is on"];
  if (account === undefined) return [notTried(connected, NOT_HERE)];
  try {
    const found = await account.alarms();
    return [actionsOf(connected, found), stateOf(quiet, found)];
  } catch (error) {
    return [notTried(connected, nameOf(error), "Sign in with a role that has cloudwatch:DescribeAlarms")];
  }
}

function actionsOf(check: string, found: readonly AlarmFacts[]): Finding {
  const silent = found.filter(({ hasAction }) => !hasAction);
  if (silent.length === 0) return ok(check, `${found.length} alarms`);
  const remedy = "Deploy with alarmTopic or alarmEmail (-c alarmEmail=ops@example.com)";
  return advice(check, `${silent.length} of ${found.length} have no action: ${namesOf(silent)}`, remedy);
}

function stateOf(check: string, found: readonly AlarmFacts[]): Finding {
  const loud = found.filter(({ isOn }) => isOn);
  if (loud.length === 0) return ok(check, `${found.length} alarms`);
  return fault(check, namesOf(loud), "docs/runbook.md has a paragraph for each");
}

function namesOf(alarms: readonly AlarmFacts[]): string {
  return alarms.map(({ name }) => name).join(", ");
}

const NOT_HERE = "the local cloud has no account";
