import middy from "@middy/core";
import { admit, type Admission } from "../lib/aws/api-gateway/admission.ts";
import { variables } from "../lib/aws/environment.ts";
import { observed } from "../lib/aws/middleware.ts";

/** What we read of a `$connect` event; the typings know only the other two. */
interface ConnectEvent {
  readonly headers?: Readonly<Record<string, string>>;
}

const origins = process.env[variables.origins]?.split(",").map((origin) => origin.trim());

/** The WebSocket handshake: subprotocol `sip` (RFC 7118 §4.1) from an allowed origin, or no connection. */
export const handler = middy<ConnectEvent, Admission>()
  .use(observed<ConnectEvent, Admission>("connect", () => ({ statusCode: 500 })))
  .handler(({ headers }) => Promise.resolve(admit(headers ?? {}, origins)));
