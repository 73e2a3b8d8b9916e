import middy from "@middy/core";
import { type ConnectResult, connectResult } from "../lib/aws/api-gateway/connect-result.ts";
import { type Handshake, originsOf } from "../lib/aws/api-gateway/handshake.ts";
import { readAllowedOrigins } from "../lib/aws/environment.ts";
import { log } from "../lib/aws/log.ts";
import { observed } from "../lib/aws/middleware.ts";
import { loginDeadline } from "../lib/aws/sqs/login-deadline.ts";

/** The used parts of the event of `$connect`. */
interface ConnectEvent extends Handshake {
  readonly requestContext: { readonly connectionId: string; readonly identity?: { readonly sourceIp?: string } };
}

const allowed = readAllowedOrigins(process.env);
const setLoginDeadline = loginDeadline(process.env);

/** Admits a WebSocket handshake with the subprotocol `sip` (RFC 7118 §4.1) from an allowed origin. */
export const handler = middy<ConnectEvent, ConnectResult>()
  .use(observed<ConnectEvent, ConnectResult>("connect", () => ({ statusCode: 500 })))
  .handler(async (event) => {
    const result = connectResult(event, allowed);
    const { connectionId: flow, identity } = event.requestContext;
    const origin = originsOf(event).join(" ").slice(0, 200); // a client may write 10 KB here
    if (result.statusCode === 403) log.info("page may not connect", { origin, flow, source: identity?.sourceIp });
    if (result.statusCode === 200) await setLoginDeadline(flow);
    return result;
  });
