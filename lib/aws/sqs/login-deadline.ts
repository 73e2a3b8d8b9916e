// The timer by which a connection must have logged in: one delayed message of the timers' queue, set by `$connect`.
import type { LoginDeadline } from "../../sip/auth/login-deadline.ts";
import { required, variables } from "../environment.ts";
import { log } from "../log.ts";
import { type AwsCredentials, signedHeaders } from "../signature.ts";

/** Sets the timer for a connection. Never fails, and takes a second at most. */
export type SetLoginDeadline = (flow: string) => Promise<void>;

/**
 * Does nothing where the deployment sets no time: there the door asks for tokens. Not by the SDK's client, which would
 * make this Lambda's bundle ten times as large (docs/decisions, 78).
 *
 * If SQS fails the phone is let in all the same, and the log has an error: who cannot be timed is worth more than nobody
 * who can call.
 */
export function loginDeadline(environment: NodeJS.ProcessEnv): SetLoginDeadline {
  const seconds = environment[variables.loginSeconds];
  if (seconds === undefined) return () => Promise.resolve();
  const queueUrl = required(environment, variables.timerQueueUrl);
  const region = required(environment, "AWS_REGION");

  return async (flow) => {
    const timer: LoginDeadline = { login: flow };
    const body = JSON.stringify({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(timer),
      DelaySeconds: Number(seconds),
    });
    const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.SendMessage" };
    try {
      const url = new URL("/", environment["AWS_ENDPOINT_URL_SQS"] ?? queueUrl);
      const signed = await signedHeaders({ url, headers, body }, { region, service: "sqs" }, credentials(), Date.now());
      const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS);
      const response = await fetch(url, { method: "POST", headers: signed, body, signal });
      // SQS's own words stay out of the log: after a wrong signature they repeat what was signed.
      if (!response.ok) log.error("login deadline not set", { flow, status: response.status });
    } catch (error) {
      log.error("login deadline not set", { flow, error });
    }
  };

  function credentials(): AwsCredentials {
    const { AWS_SESSION_TOKEN: sessionToken } = environment;
    return {
      accessKeyId: required(environment, "AWS_ACCESS_KEY_ID"),
      secretAccessKey: required(environment, "AWS_SECRET_ACCESS_KEY"),
      ...(sessionToken && { sessionToken }),
    };
  }
}

/** A phone waits for its connection meanwhile. */
const PATIENCE_MILLISECONDS = 1000;

/** Decodes the value of such a message; undefined if it is something else. */
export function toLoginDeadline(value: object): LoginDeadline | undefined {
  if (!("login" in value) || Object.keys(value).length > 1) return undefined;
  return typeof value.login === "string" && value.login !== "" ? { login: value.login } : undefined;
}
