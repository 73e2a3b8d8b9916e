// The one call to SQS without a client of the SDK, for `connect`: a phone waits for that function's cold start, and the
// client would make its bundle ten times as large. One attempt, since the phone waits for this call too.
import { MissingVariableError } from "../../errors.ts";
import { jsonRequest } from "./json-rpc.ts";
import { type Credentials, signedHeaders } from "./sign-request.ts";
import type { SendMessage } from "./sqs.ts";
import { exchange } from "./transport.ts";

/** Rejects with Node's error, or an error that has the status only: after a wrong signature SQS repeats what was signed. */
export function sendOnce(environment: NodeJS.ProcessEnv, timeoutMilliseconds: number): SendMessage {
  const toWire = jsonRequest("AmazonSQS", "1.0");
  return async (queueUrl, text, delaySeconds) => {
    const { method, headers, body } = toWire("SendMessage", {
      QueueUrl: queueUrl,
      MessageBody: text,
      DelaySeconds: delaySeconds,
    });
    const url = new URL("/", environment["AWS_ENDPOINT_URL_SQS"] ?? queueUrl);
    const { region, credentials } = identityIn(environment);
    const complete = { ...headers, host: url.host, "content-length": String(Buffer.byteLength(body)) };
    const unsigned = { method, path: url.pathname, headers: complete, body };
    const signed = signedHeaders(unsigned, { region, service: "sqs" }, credentials, Date.now());
    const answer = await exchange({ ...unsigned, url, headers: signed }, AbortSignal.timeout(timeoutMilliseconds));
    if (answer.status !== 200) throw new Error(`SQS answered ${answer.status}`);
  };
}

/** Lambda's own variables. */
function identityIn(environment: NodeJS.ProcessEnv): { readonly region: string; readonly credentials: Credentials } {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  if (!region || !accessKeyId || !secretAccessKey) throw new MissingVariableError("no AWS credentials and region");
  return { region, credentials: { accessKeyId, secretAccessKey, sessionToken: environment["AWS_SESSION_TOKEN"] } };
}
