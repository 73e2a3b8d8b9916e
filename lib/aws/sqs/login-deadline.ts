// The timer by which a connection must have logged in: one delayed message of the timers' queue, set by `$connect`.
import type { LoginDeadline } from "../../sip/auth/login-deadline.ts";
import { sendOnce } from "../client/sqs-without-sdk.ts";
import { required, variables } from "../environment.ts";
import { log } from "../log.ts";

/** Sets the timer for a connection. Never fails, and takes a second at most. */
export type SetLoginDeadline = (flow: string) => Promise<void>;

/**
 * Does nothing where the deployment sets no time: there the authorizer asks for tokens. If SQS fails, the client is admitted
 * without a deadline and the log has an error: availability matters more here than the limit.
 */
export function loginDeadline(environment: NodeJS.ProcessEnv): SetLoginDeadline {
  const seconds = environment[variables.loginSeconds];
  if (seconds === undefined) return () => Promise.resolve();
  const queueUrl = required(environment, variables.timerQueueUrl);
  const send = sendOnce(environment, PATIENCE_MILLISECONDS);

  return async (flow) => {
    const timer: LoginDeadline = { login: flow };
    try {
      await send(queueUrl, JSON.stringify(timer), Number(seconds));
    } catch (error) {
      log.error("login deadline not set", { flow, error });
    }
  };
}

/** A phone waits for its connection meanwhile. */
const PATIENCE_MILLISECONDS = 1000;

/** Decodes the value of such a message; undefined if it is something else. */
export function toLoginDeadline(value: object): LoginDeadline | undefined {
  if (!("login" in value) || Object.keys(value).length > 1) return undefined;
  return typeof value.login === "string" && value.login !== "" ? { login: value.login } : undefined;
}
