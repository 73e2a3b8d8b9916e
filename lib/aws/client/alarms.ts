// The alarms of a deployment, for tools.
import { CloudWatchClient, type CloudWatchClientConfig, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";

export interface AlarmFacts {
  readonly name: string;
  /** Whether it notifies a topic, or does something else. */
  readonly hasAction: boolean;
  readonly isOn: boolean;
}

/** Most names of one request. */
const MOST_NAMES = 100;

/** Rejects with the SDK's error. @param names of the alarms */
export async function readAlarms(
  names: readonly string[],
  config: CloudWatchClientConfig = {},
): Promise<readonly AlarmFacts[]> {
  const client = new CloudWatchClient(config);
  const found: AlarmFacts[] = [];
  for (let at = 0; at < names.length; at += MOST_NAMES) {
    const AlarmNames = names.slice(at, at + MOST_NAMES);
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, { AlarmNames })) {
      for (const { AlarmName: name = "", AlarmActions: actions = [], ActionsEnabled, StateValue } of MetricAlarms)
        found.push({ name, hasAction: actions.length > 0 && ActionsEnabled !== false, isOn: StateValue === "ALARM" });
    }
  }
  return found;
}
