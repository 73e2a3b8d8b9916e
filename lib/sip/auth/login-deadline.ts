// A connection that does not log in within its time is closed, whatever it sends or does not send: a scanner that holds
// thousands of connections open has to open them again and again. One timer per connection, set when it opens. A
// connection that failed a login stays: a page with an old password would connect and fail again at once, for ever.
import { flowCounter } from "../limits/lockout.ts";
import { nothing, type Outcome } from "../outcome.ts";
import { liveFlow } from "../state/snapshot.ts";
import type { LoginTimer } from "../timer.ts";
import type { World } from "../world.ts";

/** Every login is stored with its flow (`authenticated.ts`), so a flow without a record has not logged in. */
export async function loginDue({ flow }: LoginTimer, world: Pick<World, "read" | "now">): Promise<Outcome> {
  const { key } = flowCounter(flow);
  const snapshot = await world.read({ flows: [flow], loginFailures: [key] });
  if (liveFlow(snapshot, flow, world.now) !== undefined) return nothing("logged-in");
  if (snapshot.loginFailures.some((failures) => failures.key === key)) return nothing("login-failed-kept");
  return { ...nothing("login-deadline"), effects: [{ kind: "close", flow }] };
}
