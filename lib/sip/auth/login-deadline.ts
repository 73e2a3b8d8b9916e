// A connection that does not log in is closed, whatever it says meanwhile, or if it says nothing at all: a scanner that
// holds thousands of them open must begin anew all the time. One timer per connection, set when it opens.
import { nothing, type Outcome, type World } from "../world.ts";
import type { FlowId } from "../transport/endpoint.ts";

/** Phones register at once; what takes time is a person who is asked for a password, or a page that renews a token first. */
export const DEFAULT_LOGIN_SECONDS = 30;

/** A timer of the second kind: not of a transaction, but of a flow. */
export interface LoginDeadline {
  /** The flow that should have logged in by now. */
  readonly login: FlowId;
}

/** The time is over. Every login is written down with its flow (`registrar/registrar.ts`, `auth/login.ts`). */
export async function loginDue({ login }: LoginDeadline, world: Pick<World, "look" | "now">): Promise<Outcome> {
  const { flow } = await world.look({ flow: login });
  if (flow !== undefined && flow.expiresAt > world.now) return nothing("logged in in time");
  return { ...nothing("not logged in in time"), closes: [login] };
}
