// One WebSocket message as the gateway delivers it (RFC 7118 §5): at most one SIP message.
import type { Aor } from "../syntax/aor.ts";
import type { FlowId } from "./endpoint.ts";

export interface WebSocketMessage {
  /** The connection it came on. */
  readonly flow: FlowId;
  readonly text: string;
  /** The AOR that the `$connect` authorizer admitted, where the deployment has one. */
  readonly identity?: Aor;
  /** IP address of the client, as the gateway saw it. */
  readonly source?: string;
  /** When the connection was opened, in epoch milliseconds. */
  readonly connectedAt?: number;
}
