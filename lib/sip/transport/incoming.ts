import type { Essentials } from "../syntax/essentials.ts";
import type { SipMessage } from "../syntax/message.ts";
import type { Aor } from "../syntax/aor.ts";
import type { FlowId } from "./endpoint.ts";

/** A well-formed message on the flow it came on, its essential headers decoded once for all layers. */
export interface Arrival<M extends SipMessage> {
  readonly message: M;
  readonly flow: FlowId;
  /** Who was let in at the door, where the deployment asks for a token there. */
  readonly identity?: Aor;
  /** IP address the connection comes from, as the gateway saw it. */
  readonly source?: string;
  readonly essentials: Essentials;
}
