// The fast path of the SDK's clients. Of the CPU of an invocation 85 % was the SDK's pipeline: resolving an endpoint and an
// identity, filtering for a logger, signing, three layers of HTTP. A middleware at its first step sends the first attempt
// itself. An answer that it understands (a success, an expected refusal) is the result. Any other answer, and a lost
// connection, is handed to the pipeline as the outcome of the pipeline's own first attempt: so errors, repetition,
// Retry-After and the number of attempts are the SDK's by construction.
import { HttpResponse } from "@smithy/core/transport";
import type { MetadataBearer, MiddlewareStack, ResponseMetadata } from "@smithy/types";
import { countCall } from "./invocation.ts";
import type { Retries } from "./retries.ts";
import { type Credentials, signedHeaders } from "./sign-request.ts";
import { type Exchange, exchange, type HttpAnswer } from "./transport.ts";

/** A request as a service wants it, before it is signed. */
export interface Wire {
  readonly method: "POST" | "DELETE";
  /** Below the endpoint's own path. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The differences between services. */
export interface Dialect<Input, Output> {
  /** The signing name. */
  readonly service: string;
  readonly retries: Retries;
  /** Scheme, host and base path for such an input. */
  endpoint(input: Input): Promise<URL>;
  /** Undefined for an operation that is left to the SDK. @param operation `PutItem` */
  write(operation: string, input: Input): Wire | undefined;
  /** The output; undefined for an answer that is left to the SDK. Throws the SDK's error for an expected refusal. */
  read(answer: HttpAnswer, input: Input, metadata: ResponseMetadata): Output | undefined;
}

/** The part of an SDK client that is needed here. */
interface SdkClient<Input extends object, Output extends object> {
  readonly config: {
    readonly region: () => Promise<string>;
    readonly credentials: () => Promise<Credentials>;
    /** Milliseconds; the SDK corrects it when AWS says that the clock is wrong. */
    readonly systemClockOffset: number;
  };
  readonly middlewareStack: MiddlewareStack<Input, Output>;
}

/** How the first attempt ended, where the pipeline has to take over. */
type FirstAttempt = { readonly answer: HttpAnswer } | { readonly error: unknown };

/** Adds the fast path to a client and returns the client. */
export function lean<Input extends object, Output extends MetadataBearer, Client extends SdkClient<Input, Output>>(
  client: Client & SdkClient<Input, Output>,
  dialect: Dialect<Input, Output>,
  send: Exchange = exchange,
): Client {
  /** By input, since a cached handler shares its context among calls. */
  const firstAttempts = new WeakMap<object, FirstAttempt>();

  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const operation = commandName.replace(/Command$/, "");
        countCall(operation);
        const wire = dialect.write(operation, args.input);
        if (wire === undefined) return next(args);
        const first = await attempt(client, dialect, args.input, wire, send);
        if ("answer" in first) {
          const metadata = { httpStatusCode: first.answer.status, attempts: 1, totalRetryDelay: 0 };
          const output = dialect.read(first.answer, args.input, metadata);
          if (output !== undefined) {
            dialect.retries.succeeded();
            return { output, response: first.answer };
          }
        }
        firstAttempts.set(args.input, first);
        return next(args);
      },
    { step: "initialize", priority: "high", name: "leanFirstAttempt" },
  );

  client.middlewareStack.add(
    (next) => async (args) => {
      const first = firstAttempts.get(args.input);
      if (first === undefined) return next(args);
      firstAttempts.delete(args.input);
      if ("error" in first) throw first.error;
      const { status: statusCode, headers, body } = first.answer;
      return { response: new HttpResponse({ statusCode, headers: { ...headers }, body }) };
    },
    { step: "deserialize", priority: "low", name: "leanHandOver" },
  );
  return client;
}

async function attempt<Input extends object, Output extends object>(
  { config }: SdkClient<Input, Output>,
  dialect: Dialect<Input, Output>,
  input: Input,
  { method, path, headers, body }: Wire,
  send: Exchange,
): Promise<FirstAttempt> {
  try {
    const [url, region, credentials] = await Promise.all([
      dialect.endpoint(input),
      config.region(),
      config.credentials(),
    ]);
    const request = { method, path: url.pathname === "/" ? path : url.pathname + path, body };
    const host = { host: url.host, "content-length": String(Buffer.byteLength(body)) };
    const at = Date.now() + config.systemClockOffset;
    const signed = signedHeaders(
      { ...request, headers: { ...headers, ...host } },
      { region, service: dialect.service },
      credentials,
      at,
    );
    return { answer: await send({ ...request, url, headers: { ...signed, ...traceHeader() } }) };
  } catch (error) {
    return { error };
  }
}

/** Lambda ends chains of functions that call each other for ever by this header: see the SDK's recursion detection. */
function traceHeader(): Readonly<Record<string, string>> {
  const { AWS_LAMBDA_FUNCTION_NAME: name, _X_AMZN_TRACE_ID: trace } = process.env;
  return name && trace ? { "x-amzn-trace-id": trace } : {};
}

/** A value that is worked out once; a failure is not kept. */
export function once<Value>(create: () => Promise<Value>): () => Promise<Value> {
  let created: Promise<Value> | undefined;
  return () =>
    (created ??= create().catch((error: unknown) => {
      created = undefined;
      throw error;
    }));
}
