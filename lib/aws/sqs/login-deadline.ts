// The timer by which a connection must have logged in: one delayed message in the timers' queue, set by `$connect`.
import { MalformedSettingError } from "../../errors.ts";
import type { LoginTimer } from "../../sip/timer.ts";
import { sendOnce } from "../client/sqs-without-sdk.ts";
import { type Fields, mismatch, readString } from "../decode.ts";
import { required, variables } from "../environment.ts";
import { log } from "../log.ts";

/** Sets the timer for a connection. Never fails, and takes a second at most. */
export type SetLoginDeadline = (flow: string) => Promise<void>;

/**
 * Does nothing where the deployment sets no deadline: there the authorizer requires tokens. If SQS fails, the client is
 * admitted without a deadline and an error is logged: availability matters more here than the limit.
 */
export function loginDeadline(environment: NodeJS.ProcessEnv): SetLoginDeadline {
  const text = environment[variables.loginSeconds];
  if (text === undefined) return () => Promise.resolve();
  const seconds = Number(text);
  if (!(seconds > 0)) throw new MalformedSettingError(`${variables.loginSeconds} is not a number of seconds`);
  const queueUrl = required(environment, variables.timerQueueUrl);
  const send = sendOnce(environment, PATIENCE_MILLISECONDS);

  return async (flow) => {
    try {
      await send(queueUrl, fromLoginTimer({ kind: "login", flow }), seconds);
    } catch (error) {
      log.error("login deadline not set", { flow, error });
    }
  };
}

/** The phone waits for its connection during this call. */
const PATIENCE_MILLISECONDS = 1000;

/** The body of the queue's message. */
export function fromLoginTimer({ flow }: LoginTimer): string {
  return JSON.stringify({ login: flow });
}

/** Decodes such a body. */
export function toLoginTimer(timer: Fields): LoginTimer {
  const flow = readString(timer, "login");
  if (flow === "" || Object.keys(timer.attributes).length > 1) throw mismatch(timer, "login", "the only field, a flow");
  return { kind: "login", flow };
}
