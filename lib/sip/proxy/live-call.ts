// Requests with the Route of a dialog and without a To tag (RFC 3261 §12.2.2): a phone takes them for the beginning of a call
// or a subscription, or for a text. With the Route of another call they would pass the policy of their addressee.
import { liveContext } from "../state/snapshot.ts";
import { header, type SipRequest } from "../syntax/message.ts";
import { tagIn } from "../syntax/name-addr.ts";
import type { DialogToken } from "../tokens/dialog-token.ts";
import { type Endpoint, isSameDevice } from "../transport/endpoint.ts";
import type { Incoming } from "../transport/incoming.ts";
import type { World } from "../world.ts";
import { requestOf } from "./response-context.ts";

/** Without a dialog these change nothing at a phone. */
const HARMLESS = new Set(["ACK", "BYE"]);

/**
 * Whether the request belongs to a call that goes on, with a peer of RFC 2543, which has no tag (§12.1.1, §12.1.2). The row of
 * the call is read for the requests above alone. Calls that are not tracked have none.
 */
export async function isOfLiveCall(
  { message: { method }, essentials: { toTag } }: Incoming<SipRequest>,
  { call, callee }: DialogToken,
  to: Endpoint,
  world: Pick<World, "read" | "now">,
): Promise<boolean> {
  if (call === undefined || toTag !== undefined || HARMLESS.has(method)) return true;
  const context = liveContext(await world.read({ contexts: [call] }), call, world.now);
  if (context === undefined || context.call?.ended !== undefined) return false;
  return isSameDevice(to, callee) ? context.call?.tag === "" : tagIn(header(requestOf(context), "from")) === undefined;
}
