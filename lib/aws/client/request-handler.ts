// The SDK sends repeated attempts through this handler. It uses the connections of the first attempts; the SDK's own handler
// would open others.
import { HttpResponse } from "@smithy/core/transport";
import type { HttpRequest } from "@smithy/types";
import { exchange } from "./transport.ts";

/** Ignores a query: no request of this project has one. */
export const requestHandler = {
  metadata: { handlerProtocol: "http/1.1" },

  async handle({ protocol, hostname, port, method, path, headers, body }: HttpRequest) {
    const url = new URL(`${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`);
    const text: unknown = body;
    const { status: statusCode, ...answer } = await exchange({ url, method, path, headers, body: octets(text) });
    return { response: new HttpResponse({ statusCode, ...answer }) };
  },

  updateHttpClientConfig: () => undefined,
  httpHandlerConfigs: () => ({}),
};

function octets(body: unknown): string | Uint8Array {
  if (typeof body === "string" || body instanceof Uint8Array) return body;
  if (body === undefined || body === null) return "";
  throw new TypeError("the SDK made a stream of a request's body");
}
