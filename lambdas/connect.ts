import middy from "@middy/core";
import { admit, type Admission } from "../lib/aws/api-gateway/admission.ts";
import type { Handshake } from "../lib/aws/door/handshake.ts";
import { variables } from "../lib/aws/environment.ts";
import { observed } from "../lib/aws/middleware.ts";

const origins = process.env[variables.origins]?.split(",").map((origin) => origin.trim());

/** The WebSocket handshake: subprotocol `sip` (RFC 7118 §4.1) from an allowed origin, or no connection. */
export const handler = middy<Handshake, Admission>()
  .use(observed<Handshake, Admission>("connect", () => ({ statusCode: 500 })))
  .handler((handshake) => Promise.resolve(admit(handshake, origins)));
