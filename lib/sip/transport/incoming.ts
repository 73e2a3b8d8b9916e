// A well-formed message with the flow it arrived on (RFC 3261 §18.2.1), its mandatory headers decoded once for all layers.
import type { Essentials } from "../syntax/essentials.ts";
import type { SipMessage } from "../syntax/message.ts";
import type { WebSocketMessage } from "./web-socket-message.ts";

export interface Incoming<M extends SipMessage> extends Omit<WebSocketMessage, "text"> {
  readonly message: M;
  readonly essentials: Essentials;
}
