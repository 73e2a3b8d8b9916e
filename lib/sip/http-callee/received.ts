// The user agent server (RFC 3261 §8.2) of an HTTP callee: it takes the messages that a phone would get from the proxy.
import type { Send } from "../effect.ts";
import { nothing, type Outcome } from "../outcome.ts";
import { branchOf } from "../tokens/via-branch.ts";
import { calleeOn } from "../transport/http-end.ts";
import type { World } from "../world.ts";
import { cancelled } from "./cancel.ts";
import { plainReply, receivedInDialog } from "./in-dialog.ts";
import { invited } from "./invite.ts";
import { answerThroughProxy, essentialsOf } from "./through-proxy.ts";
import { sessionTag } from "./session-records.ts";

export async function calleeReceived({ to, message }: Send, world: World): Promise<Outcome> {
  if (message.kind === "response") return nothing("response-not-asked"); // it sends no requests
  const aor = calleeOn(to.flow);
  const essentials = essentialsOf(message);
  const branch = branchOf(essentials.via, world.keys);
  if (branch !== undefined && essentials.toTag === undefined) {
    if (message.method === "INVITE") return invited(message, essentials, branch, aor, world);
    if (message.method === "CANCEL") return cancelled(branch, aor, world);
  }
  // §17.1.1.3: it has the branch of the INVITE, and may find a session that was opened meanwhile
  if (branch !== undefined && message.method === "ACK") return nothing("ack-for-refusal");
  if (essentials.toTag !== undefined) return receivedInDialog(message, essentials, aor, world);
  if (message.method === "ACK" || message.method === "CANCEL") return nothing("http-not-wanted");
  const tag = sessionTag({ context: essentials.viaText, index: 0 });
  return answerThroughProxy(message, plainReply(message.method), tag, aor, world);
}
