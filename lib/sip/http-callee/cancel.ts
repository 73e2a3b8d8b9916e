// CANCEL of the proxy (RFC 3261 §9.2): 487 to the INVITE. A POST that is under way cannot be called back; its answer is ended
// when it comes, and until then the callee counts the call: the POST takes up time of a function and a session of the
// endpoint. The 200 to the CANCEL would only come back to this server, so it is not made.
import { nothing, type Outcome } from "../outcome.ts";
import { storedContext } from "../state/snapshot.ts";
import type { Aor } from "../syntax/aor.ts";
import type { BranchName } from "../tokens/via-branch.ts";
import type { World } from "../world.ts";
import { endSession } from "./end-session.ts";
import { readSession, sessionTag, stored } from "./session-records.ts";
import { answerThroughProxy, inviteOf } from "./through-proxy.ts";

export async function cancelled(branch: BranchName, aor: Aor, world: World): Promise<Outcome> {
  const tag = sessionTag(branch);
  const session = await readSession(tag, world);
  const context = storedContext(await world.read({ contexts: [branch.context] }), branch.context);
  if (context === undefined) return nothing("context-forgotten");
  const invite = inviteOf(context, branch.index, aor, world);
  const terminated = await answerThroughProxy(invite, { status: 487 }, tag, aor, world);
  if (session === undefined) return terminated;
  const ending =
    session.state === "open"
      ? await endSession(session, world)
      : { changes: session.state === "asked" ? [stored({ ...session, state: "over" })] : [], timers: [], effects: [] };
  return {
    ...terminated,
    changes: [...ending.changes, ...terminated.changes],
    timers: [...terminated.timers, ...ending.timers],
    effects: [...terminated.effects, ...ending.effects],
    reason: { code: "http-cancelled" },
  };
}
