import type { Essentials } from "../syntax/essentials.ts";
import type { SipMessage } from "../syntax/message.ts";
import type { FlowId } from "./end.ts";

/** A well-formed message on the flow it came on, its essential headers decoded once for all layers. */
export interface Arrival<M extends SipMessage> {
  readonly message: M;
  readonly flow: FlowId;
  readonly essentials: Essentials;
}
