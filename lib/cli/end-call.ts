// `calls end`: ends a tracked call by BYE to both phones. The functions do it, by an order in the queue of their timers, so that
// the row of the call, its record and its line in the log are those of any other end.
import { setTimeout } from "node:timers/promises";
import { toBody } from "../aws/sqs/timers.ts";
import { printable } from "../local/command/printable.ts";
import { withoutScheme } from "../operations/address.ts";
import type { OpenCall } from "../operations/live-calls.ts";
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";
import { openCall, openCalls } from "./live-calls.ts";
import { type Output, printResult } from "./output.ts";
import { confirm } from "./prompt.ts";

export async function endCall(
  deployment: Deployment,
  callId: string,
  isAgreed: boolean,
  output: Output,
): Promise<void> {
  const call = (await openCalls(deployment)).find((one) => one.callId === callId && one.state === "answered");
  if (call === undefined) {
    throw new CommandError(
      `No call ${printable(callId)} has an open row: it has ended, or calls is "stateless". List the calls: calls --live`,
    );
  }
  const ends = [call.caller, call.callee].map(({ address }) => withoutScheme(address)).join(" and ");
  await confirm(`End the call of ${ends}?`, isAgreed);
  await deployment.wake(toBody({ kind: "call", call: call.id, why: "operator" }));
  await ended(deployment, call);
  printResult(output, { ended: callId }, `Ended the call of ${ends}`);
}

/** Looks at the row until the functions have closed it. */
async function ended(deployment: Deployment, { id }: OpenCall): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    if ((await openCall(deployment, id)) === undefined) return;
    await setTimeout(PAUSE_MILLISECONDS);
  }
  throw new CommandError(
    "The functions have the order and did not end the call within a minute. Look at the log: trace",
  );
}

const LOOKS = 240;
const PAUSE_MILLISECONDS = 250;
