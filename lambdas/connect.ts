import middy from "@middy/core";
import { admit, type Admission } from "../lib/aws/api-gateway/admission.ts";
import type { Handshake } from "../lib/aws/door/handshake.ts";
import { variables } from "../lib/aws/environment.ts";
import { observed } from "../lib/aws/middleware.ts";
import { loginDeadline } from "../lib/aws/sqs/login-deadline.ts";

const origins = process.env[variables.origins]?.split(",").map((origin) => origin.trim());
const setLoginDeadline = loginDeadline(process.env);

interface ConnectEvent extends Handshake {
  readonly requestContext: { readonly connectionId: string };
}

/** The WebSocket handshake: subprotocol `sip` (RFC 7118 §4.1) from an allowed origin, or no connection. */
export const handler = middy<ConnectEvent, Admission>()
  .use(observed<ConnectEvent, Admission>("connect", () => ({ statusCode: 500 })))
  .handler(async (event) => {
    const admission = admit(event, origins);
    if (admission.statusCode === 200) await setLoginDeadline(event.requestContext.connectionId);
    return admission;
  });
