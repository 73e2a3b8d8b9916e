import type { Settings } from "../../sip/policy/settings.ts";

/** Every message and its receiver's list of them are rows of DynamoDB, which end at 400 KB. */
const LONGEST = 131_072;
const MOST = 1000;

/** Problems of the settings of stored messages. */
export function messageProblems({ messages }: Pick<Settings, "messages">): string[] {
  const { keepSeconds, perReceiver, perSender, longest } = messages;
  const whole = (name: string, value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most
      ? []
      : [`messages.${name} is ${value}: set it to ${least} to ${most}.`];
  return [
    ...whole("keepSeconds", keepSeconds, 0, 90 * 86_400),
    ...whole("perReceiver", perReceiver, 1, MOST),
    ...whole("perSender", perSender, 1, MOST),
    ...whole("longest", longest, 500, LONGEST),
  ];
}
